using System.Globalization;

namespace Crescent.NodeAgent.Pods;

/// <summary>
/// Keeps account of what the node's pods were granted, so that two that grow at once do not both get the last of it. What the scheduler has
/// placed here is entered unasked. Thread-safe.
/// </summary>
internal sealed class NodeRoom(NodeCapacity capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, PodRequests> _granted = new(StringComparer.Ordinal);

    /// <summary>A pod went or shrank: whoever waits may ask again.</summary>
    public event Action? Freed;

    public void Enter(string uid, PodRequests granted)
    {
        lock (_lock)
        {
            _granted[uid] = granted;
        }
    }

    /// <summary>Grants a pod what it wants from now on. Answers null, or why it keeps what it has. Of pods that are not here, nothing is known.</summary>
    public string? Take(string uid, PodRequests wanted)
    {
        bool isLess;
        lock (_lock)
        {
            if (!_granted.TryGetValue(uid, out var own) || wanted == own)
            {
                return null;
            }

            var (allowance, all) = (capacity.Current, _granted.Values);
            var refusal = Refusal("cpu", wanted.Cpu, own.Cpu, all.Sum(static pod => pod.Cpu) - own.Cpu, allowance.Cpus, 1000)
                ?? Refusal("memory", wanted.Memory, own.Memory, all.Sum(static pod => pod.Memory) - own.Memory, allowance.MemoryBytes, 1);
            if (refusal is not null)
            {
                return refusal;
            }

            _granted[uid] = wanted;
            isLess = wanted.Cpu < own.Cpu || wanted.Memory < own.Memory;
        }

        if (isLess)
        {
            Freed?.Invoke();
        }

        return null;
    }

    /// <summary>The pod has ended. May be called again.</summary>
    public void Leave(string uid)
    {
        bool wasHere;
        lock (_lock)
        {
            wasHere = _granted.Remove(uid);
        }

        if (wasHere)
        {
            Freed?.Invoke();
        }
    }

    private static string? Refusal(string name, decimal wanted, decimal own, decimal others, decimal all, decimal unit) =>
        wanted > own && all > 0 && others + wanted > all
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"Node didn't have enough resource: {name}, requested: {wanted * unit:0}, used: {others * unit:0}, capacity: {all * unit:0}")
            : null;
}
