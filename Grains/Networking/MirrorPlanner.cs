using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;
using Crescent.Resources;

namespace Crescent.Grains.Networking;

/// <summary>
/// Copies hand-made Endpoints of a Service without a selector into
/// <see href="https://kubernetes.io/docs/concepts/services-networking/service/#endpointslice-mirroring">mirrored slices</see>, because
/// proxies and DNS read slices only.
/// </summary>
internal static class MirrorPlanner
{
    /// <param name="service">The Service.</param>
    /// <param name="endpoints">Its Endpoints; null when there are none.</param>
    /// <param name="slices">Slices mirrored so far.</param>
    public static SlicePlan Plan(ServiceFacts service, ResourceSnapshot? endpoints, IReadOnlyList<ResourceSnapshot> slices)
    {
        var wanted = endpoints is null || !IsMirrored(endpoints) ? [] : Wanted(service, endpoints).ToList();
        var matched = new HashSet<string>(StringComparer.Ordinal);
        var create = new List<JsonObject>();
        foreach (var slice in wanted)
        {
            var same = slices.FirstOrDefault(known => !matched.Contains(known.Uid) && IsSame(known, slice));
            if (same is null)
            {
                create.Add(slice);
            }
            else
            {
                matched.Add(same.Uid);
            }
        }

        return new() { Create = [.. create], Delete = [.. slices.Where(slice => !matched.Contains(slice.Uid))] };
    }

    private static bool IsMirrored(ResourceSnapshot endpoints) =>
        !endpoints.Labels.ContainsKey("endpointslice.kubernetes.io/skip-mirror")
        && !endpoints.Labels.ContainsKey(EndpointLabels.EndpointsManagedBy)
        && !endpoints.View().At("metadata", "annotations", "control-plane.alpha.kubernetes.io/leader").Exists();

    private static IEnumerable<JsonObject> Wanted(ServiceFacts service, ResourceSnapshot endpoints)
    {
        foreach (var subset in endpoints.View().At("subsets").Items())
        {
            var addresses = subset.At("addresses").Items().Select(static address => Endpoint(address, true))
                .Concat(subset.At("notReadyAddresses").Items().Select(static address => Endpoint(address, false)))
                .GroupBy(static endpoint => ((string)endpoint["addresses"]![0]!).Contains(':', StringComparison.Ordinal) ? "IPv6" : "IPv4");
            foreach (var family in addresses)
            {
                foreach (var chunk in family.Chunk(SlicePlanner.MaxEndpoints))
                {
                    var slice = SlicePlanner.NewSlice(
                        service, Ports(subset.At("ports")), new([.. chunk.Select(static endpoint => (JsonNode)endpoint)]), EndpointLabels.MirroringController);
                    slice["addressType"] = family.Key;
                    yield return slice;
                }
            }
        }
    }

    private static JsonObject Endpoint(JsonElement address, bool isReady)
    {
        var endpoint = new JsonObject
        {
            ["addresses"] = new JsonArray((JsonNode?)(address.At("ip").Text() ?? "")),
            ["conditions"] = new JsonObject { ["ready"] = isReady },
        };
        foreach (var name in new[] { "hostname", "nodeName" })
        {
            if (address.At(name).Text() is { Length: > 0 } text)
            {
                endpoint[name] = text;
            }
        }

        if (address.At("targetRef") is { ValueKind: JsonValueKind.Object } target)
        {
            endpoint["targetRef"] = JsonObject.Create(target);
        }

        return endpoint;
    }

    private static JsonArray Ports(JsonElement ports) => new([.. ports.Items().Select(static port => (JsonNode)new EndpointPort(
        port.At("name").Text() ?? "", port.At("protocol").Text() ?? "TCP", port.At("port").Int() ?? 0, port.At("appProtocol").Text() ?? "")
        .ToJson(keepsEmptyName: true))]);

    private static bool IsSame(ResourceSnapshot known, JsonObject wanted)
    {
        var view = known.View();
        return view.At("addressType").ValueEqualsText((string)wanted["addressType"]!)
            && JsonNode.DeepEquals(view.At("endpoints").ToArray(), wanted["endpoints"])
            && JsonNode.DeepEquals(view.At("ports").ToArray(), wanted["ports"]);
    }
}
