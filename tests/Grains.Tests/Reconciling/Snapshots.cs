using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Tests.Reconciling;

/// <summary>Snapshots from JSON, with the routing fields the core would fill in.</summary>
internal static class Snapshots
{
    private static readonly Dictionary<string, ResourceType> Types = new()
    {
        ["Pod"] = KnownTypes.Pods, ["ReplicaSet"] = KnownTypes.ReplicaSets, ["Deployment"] = KnownTypes.Deployments,
        ["Service"] = KnownTypes.Services, ["Endpoints"] = KnownTypes.Endpoints, ["EndpointSlice"] = KnownTypes.EndpointSlices,
        ["Namespace"] = KnownTypes.Namespaces, ["Node"] = KnownTypes.Nodes, ["ConfigMap"] = KnownTypes.ConfigMaps,
        ["ServiceAccount"] = KnownTypes.ServiceAccounts, ["Event"] = KnownTypes.Events, ["Secret"] = KnownTypes.Secrets,
    };

    public static ResourceSnapshot Of(string json) => Of(JsonNode.Parse(json)!.AsObject());

    public static ResourceSnapshot Of(JsonObject body, long version = 1)
    {
        var metadata = body["metadata"]!.AsObject();
        var key = new ResourceKey(
            Types[(string)body["kind"]!], (string?)metadata["namespace"] ?? "", (string)metadata["name"]!);
        return Of(key, body, version);
    }

    public static ResourceSnapshot Of(ResourceKey key, JsonObject body, long version)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body);
        var metadata = JsonElement.Parse(bytes).At("metadata");
        var owners = metadata.At("ownerReferences").Items().ToArray();
        return new()
        {
            Key = key,
            Uid = metadata.At("uid").Text() ?? "",
            Version = new(version),
            Body = bytes,
            Labels = TextMap.Of([.. metadata.At("labels").TextMap()]),
            OwnerUids = [.. owners.Select(static owner => owner.At("uid").Text() ?? "")],
            ControllerUid = owners.Where(static owner => owner.At("controller").IsTrue())
                .Select(static owner => owner.At("uid").Text()).FirstOrDefault(),
            DeletionTimestamp = metadata.At("deletionTimestamp").Time(),
        };
    }
}
