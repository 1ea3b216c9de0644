using System.Text.Json;
using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Scheduling.Framework;

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

    public static ResourceAmounts Parse(JsonElement list)
    {
        var amounts = new ResourceAmounts();
        foreach (var item in list.Members())
        {
            var text = item.Value.ValueKind == JsonValueKind.Number ? item.Value.GetRawText() : item.Value.Text();
            amounts.Set(item.Name, item.NameEquals(Cpu) ? Quantities.Milli(text) : Quantities.Units(text));
        }

        return amounts;
    }

    public static ResourceAmounts Of(long milliCpu, long memory) => new() { MilliCpu = milliCpu, Memory = memory };

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
