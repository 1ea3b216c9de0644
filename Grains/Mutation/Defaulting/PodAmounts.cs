using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Crescent.Schema;

namespace Crescent.Grains.Mutation.Defaulting;

/// <summary>What the containers of a pod request together.</summary>
internal static class PodAmounts
{
    private static readonly BigInteger Kibibyte = new(1024L * 1_000_000_000);

    /// <summary>Containers that run beside each other add up; those that run before them need the most of any moment. In billionths, by resource.</summary>
    public static SortedDictionary<string, BigInteger> Together(JsonObject? spec)
    {
        var (sum, sidecars, most) = (Empty(), Empty(), Empty());
        foreach (var container in spec.Objects("containers"))
        {
            Add(sum, container);
        }

        foreach (var container in spec.Objects("initContainers"))
        {
            var isSidecar = container.Text("restartPolicy") == "Always";
            if (isSidecar)
            {
                Add(sum, container);
                Add(sidecars, container);
            }

            var moment = new SortedDictionary<string, BigInteger>(sidecars, StringComparer.Ordinal);
            if (!isSidecar)
            {
                Add(moment, container);
            }

            foreach (var (name, amount) in moment)
            {
                most[name] = BigInteger.Max(amount, most.GetValueOrDefault(name));
            }
        }

        foreach (var (name, amount) in most)
        {
            sum[name] = BigInteger.Max(amount, sum.GetValueOrDefault(name));
        }

        return sum;
    }

    private static void Add(SortedDictionary<string, BigInteger> sum, JsonObject container)
    {
        foreach (var (name, value) in container.Object("resources", "requests") ?? [])
        {
            if (QuantityText.TryParseNano(value.AsText(), out var amount))
            {
                sum[name] = sum.GetValueOrDefault(name) + amount;
            }
        }
    }

    private static SortedDictionary<string, BigInteger> Empty() => new(StringComparer.Ordinal);

    /// <summary>The amount as a quantity; bytes in powers of 1024 where that comes out even.</summary>
    public static string Show(string resource, BigInteger nano)
    {
        var isKibibytes = resource != "cpu" && !nano.IsZero && (nano % Kibibyte).IsZero;
        var text = isKibibytes
            ? string.Create(CultureInfo.InvariantCulture, $"{nano / Kibibyte}Ki") : string.Create(CultureInfo.InvariantCulture, $"{nano}n");
        return QuantityText.TryCanonicalize(text, out var canonical) ? canonical : text;
    }
}
