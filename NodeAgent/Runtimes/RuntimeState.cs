using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Crescent.NodeAgent.Runtimes;

/// <summary>
/// What the agent knows the engine holds, per pod. Changed by what the agent itself does, by the engine's events and by a full listing;
/// each of them puts in what the engine said last, so the order in which they arrive does not matter for long.
/// </summary>
internal sealed class RuntimeState
{
    private readonly ConcurrentDictionary<string, PodRuntime> _pods = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _touched = new(StringComparer.Ordinal);
    private long _clock;

    /// <summary>Uids of all pods that the engine holds something of.</summary>
    public IReadOnlyCollection<string> PodUids => [.. _pods.Keys];

    public PodRuntime Of(string podUid) => _pods.GetValueOrDefault(podUid, PodRuntime.Empty);

    public IEnumerable<PodRuntime> All => _pods.Values;

    public void Put(SandboxStatus sandbox) => Update(
        sandbox.Pod.Uid, pod => pod with { Sandboxes = [.. pod.Sandboxes.Where(other => other.Id != sandbox.Id), sandbox] });

    public void Put(ContainerStatus container) => Update(
        container.Pod.Uid, pod => pod with { Containers = [.. pod.Containers.Where(other => other.Id != container.Id), container] });

    public void Remove(string podUid, string id) => Update(podUid, pod => new(
        [.. pod.Sandboxes.Where(sandbox => sandbox.Id != id)], [.. pod.Containers.Where(container => container.Id != id)]));

    /// <summary>To be called before the engine is listed; the answer goes to <see cref="Replace"/>.</summary>
    public long BeginListing() => Interlocked.Increment(ref _clock);

    /// <summary>
    /// Replaces what a listing saw, except pods that changed while it was made: the listing may have missed what is new in them. Returns
    /// the uids of pods whose state differs from what was known.
    /// </summary>
    public ImmutableArray<string> Replace(RuntimeInventory inventory, long begun)
    {
        var now = new Dictionary<string, PodRuntime>(StringComparer.Ordinal);
        foreach (var group in inventory.Sandboxes.GroupBy(static sandbox => sandbox.Pod.Uid, StringComparer.Ordinal))
        {
            now[group.Key] = new([.. group], []);
        }

        foreach (var group in inventory.Containers.GroupBy(static container => container.Pod.Uid, StringComparer.Ordinal))
        {
            now[group.Key] = now.GetValueOrDefault(group.Key, PodRuntime.Empty) with { Containers = [.. group] };
        }

        var changed = ImmutableArray.CreateBuilder<string>();
        foreach (var uid in _pods.Keys.Union(now.Keys, StringComparer.Ordinal))
        {
            var next = now.GetValueOrDefault(uid, PodRuntime.Empty);
            if (_touched.GetValueOrDefault(uid) < begun && !Of(uid).IsSameAs(next))
            {
                changed.Add(uid);
                Set(uid, next);
            }
        }

        foreach (var (uid, touched) in _touched)
        {
            if (touched < begun && !_pods.ContainsKey(uid))
            {
                _touched.TryRemove(new(uid, touched));
            }
        }

        return changed.ToImmutable();
    }

    private void Update(string uid, Func<PodRuntime, PodRuntime> change)
    {
        _touched[uid] = Interlocked.Increment(ref _clock);
        var next = _pods.AddOrUpdate(uid, _ => change(PodRuntime.Empty), (_, pod) => change(pod));
        if (next.IsEmpty)
        {
            _pods.TryRemove(new(uid, next));
        }
    }

    private void Set(string uid, PodRuntime pod)
    {
        if (pod.IsEmpty)
        {
            _pods.TryRemove(uid, out _);
        }
        else
        {
            _pods[uid] = pod;
        }
    }
}
