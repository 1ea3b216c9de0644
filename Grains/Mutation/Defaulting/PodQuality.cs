using System.Numerics;
using System.Text.Json.Nodes;
using Crescent.Schema;

namespace Crescent.Grains.Mutation.Defaulting;

/// <summary>The <see href="https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/">quality of service class</see> of a pod.</summary>
internal static class PodQuality
{
    private static readonly string[] Counted = ["cpu", "memory"];

    public static string ClassOf(JsonObject? spec)
    {
        var (hasAny, isGuaranteed) = (false, true);
        foreach (var resources in spec.Objects("containers").Concat(spec.Objects("initContainers")).Select(static container => container.Object("resources")))
        {
            foreach (var name in Counted)
            {
                var (request, limit) = (Amount(resources, "requests", name), Amount(resources, "limits", name));
                hasAny |= !request.IsZero || !limit.IsZero;
                isGuaranteed &= !limit.IsZero && request == limit;
            }
        }

        return !hasAny ? "BestEffort" : isGuaranteed ? "Guaranteed" : "Burstable";
    }

    private static BigInteger Amount(JsonObject? resources, string list, string name) =>
        QuantityText.TryParseNano(resources.Object(list).Text(name), out var amount) ? amount : BigInteger.Zero;
}
