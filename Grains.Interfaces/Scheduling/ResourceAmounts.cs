namespace Crescent.Scheduling;

/// <summary>
/// Amounts per resource: CPU in thousandths, the rest in whole units. A pod's own amounts are never changed once read; a node's sums are
/// its NodeInfo's to change.
/// </summary>
internal sealed class ResourceAmounts
{
    public const string Cpu = "cpu";
    public const string MemoryName = "memory";
    public const string EphemeralStorageName = "ephemeral-storage";
    public const string PodsName = "pods";

    public long MilliCpu { get; private set; }

    public long Memory { get; private set; }

    public long EphemeralStorage { get; private set; }

    /// <summary>Number of pods; only nodes say it.</summary>
    public long Pods { get; private set; }

    /// <summary>Everything else (<c>nvidia.com/gpu</c>, <c>hugepages-2Mi</c>); null for none.</summary>
    public Dictionary<string, long>? Extended { get; private set; }

    public static ResourceAmounts Of(long milliCpu, long memory) => new() { MilliCpu = milliCpu, Memory = memory };

    /// <summary>
    /// What a pod needs at its most: containers run together, init containers one after the other, sidecars (restartPolicy Always) beside
    /// both; plus the overhead of its runtime class.
    /// See <see href="https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers">resource sharing</see>.
    /// </summary>
    public static ResourceAmounts OfPod(
        IEnumerable<ResourceAmounts> containers, IEnumerable<(ResourceAmounts Amounts, bool IsSidecar)> initContainers, ResourceAmounts overhead)
    {
        var total = new ResourceAmounts();
        foreach (var container in containers)
        {
            total.Add(container);
        }

        var (sidecars, initPeak) = (new ResourceAmounts(), new ResourceAmounts());
        foreach (var (amounts, isSidecar) in initContainers)
        {
            if (isSidecar)
            {
                sidecars.Add(amounts);
                initPeak.RaiseTo(sidecars);
            }
            else
            {
                var together = amounts.Clone();
                together.Add(sidecars);
                initPeak.RaiseTo(together);
            }
        }

        total.Add(sidecars);
        total.RaiseTo(initPeak);
        total.Add(overhead);
        return total;
    }

    /// <summary>Resources other than CPU, memory, storage and pods that this node knows of.</summary>
    public bool Has(string name) => Extended?.ContainsKey(name) == true;

    public ResourceAmounts Clone()
    {
        var copy = new ResourceAmounts();
        copy.Add(this);
        return copy;
    }

    public void Add(ResourceAmounts other) => Combine(other, 1);

    public void Subtract(ResourceAmounts other) => Combine(other, -1);

    /// <summary>The larger of both for each resource.</summary>
    public void RaiseTo(ResourceAmounts other)
    {
        MilliCpu = Math.Max(MilliCpu, other.MilliCpu);
        Memory = Math.Max(Memory, other.Memory);
        EphemeralStorage = Math.Max(EphemeralStorage, other.EphemeralStorage);
        foreach (var (name, amount) in other.Extended ?? [])
        {
            Set(name, Math.Max(amount, GetExtended(name)));
        }
    }

    public long GetExtended(string name) => Extended is not null && Extended.TryGetValue(name, out var amount) ? amount : 0;

    private void Combine(ResourceAmounts other, int sign)
    {
        MilliCpu += sign * other.MilliCpu;
        Memory += sign * other.Memory;
        EphemeralStorage += sign * other.EphemeralStorage;
        Pods += sign * other.Pods;
        if (other.Extended is not null)
        {
            foreach (var (name, amount) in other.Extended)
            {
                Set(name, GetExtended(name) + (sign * amount));
            }
        }
    }

    /// <param name="name">Name of a resource.</param>
    /// <param name="quantity">As Kubernetes writes it.</param>
    public void Set(string name, string? quantity) => Set(name, name == Cpu ? Quantities.Milli(quantity) : Quantities.Units(quantity));

    private void Set(string name, long amount)
    {
        switch (name)
        {
            case Cpu:
                MilliCpu = amount;
                break;
            case MemoryName:
                Memory = amount;
                break;
            case EphemeralStorageName:
                EphemeralStorage = amount;
                break;
            case PodsName:
                Pods = amount;
                break;
            default:
                (Extended ??= new(StringComparer.Ordinal))[name] = amount;
                break;
        }
    }
}
