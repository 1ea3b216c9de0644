using System.Numerics;
using System.Text.Json.Nodes;
using Crescent.Schema;

namespace Crescent.Grains.Mutation.Admission.Limits;

/// <summary>Quantities in requests, limits and quotas, exact.</summary>
internal static class Amount
{
    /// <summary>Billionths; null when absent or no quantity.</summary>
    public static BigInteger? Read(JsonNode? node)
    {
        var text = node is JsonValue value ? value.GetValueKind() == System.Text.Json.JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString() : "";
        return text.Length > 0 && QuantityText.TryParseNano(text, out var nano) ? nano : null;
    }

    /// <summary>The text Kubernetes shows for a sum: like the amounts it is made of.</summary>
    public static string Show(BigInteger nano, string like)
    {
        var isBinary = like.EndsWith('i');
        var units = BigInteger.Divide(nano, 1_000_000_000);
        if (isBinary && units * 1_000_000_000 == nano)
        {
            foreach (var (suffix, power) in (ReadOnlySpan<(string, int)>)[("Ei", 60), ("Pi", 50), ("Ti", 40), ("Gi", 30), ("Mi", 20), ("Ki", 10)])
            {
                if (units >= BigInteger.One << power && units % (BigInteger.One << power) == 0)
                {
                    return $"{units >> power}{suffix}";
                }
            }
        }

        var text = units * 1_000_000_000 == nano ? units.ToString() : $"{BigInteger.Divide(nano, 1_000_000)}m";
        return QuantityText.TryCanonicalize(text, out var canonical) ? canonical : text;
    }
}
