using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Identity;
using Crescent.NodeAgent.Networks;
using Crescent.Nodes;
using Crescent.Resources;

namespace Crescent.NodeAgent.Tests.Networks;

/// <summary>Objects as they come in the network feed, written short.</summary>
internal static class Cluster
{
    /// <param name="name">Name, in namespace default; or namespace/name.</param>
    /// <param name="spec">The spec as JSON.</param>
    public static ResourceSnapshot Service(string name, string spec)
    {
        var (ns, plain) = Split(name);
        return Snapshot(KnownTypes.Services, ns, plain, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = plain, ["namespace"] = ns },
            ["spec"] = JsonNode.Parse(spec),
        });
    }

    /// <param name="service">Service the slice belongs to.</param>
    /// <param name="ports">Ports as a JSON array.</param>
    /// <param name="endpoints">Endpoints as a JSON array.</param>
    /// <param name="suffix">Tells slices of one service apart.</param>
    public static ResourceSnapshot Slice(string service, string ports, string endpoints, string suffix = "a")
    {
        var (ns, plain) = Split(service);
        return Snapshot(KnownTypes.EndpointSlices, ns, $"{plain}-{suffix}", new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{plain}-{suffix}",
                ["namespace"] = ns,
                ["labels"] = new JsonObject { ["kubernetes.io/service-name"] = plain },
            },
            ["addressType"] = "IPv4",
            ["ports"] = JsonNode.Parse(ports),
            ["endpoints"] = JsonNode.Parse(endpoints),
        });
    }

    /// <summary>Ready endpoints at the addresses.</summary>
    public static string Ready(params IEnumerable<string> addresses) => JsonSerializer.Serialize(addresses.Select(address =>
        new { addresses = new[] { address }, conditions = new { ready = true, serving = true, terminating = false } }));

    public static ResourceSnapshot Node(string name, string podCidr, string internalIp) =>
        Snapshot(KnownTypes.Nodes, "", name, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = new JsonObject { ["podCIDR"] = podCidr },
            ["status"] = new JsonObject
            {
                ["addresses"] = new JsonArray(new JsonObject { ["type"] = "InternalIP", ["address"] = internalIp }),
            },
        });

    /// <summary>The state after one full page with these objects.</summary>
    public static NetworkSnapshot State(params IEnumerable<ResourceSnapshot> objects) => NetworkSnapshot.Empty.Apply(Page(objects));

    public static FeedPage Page(params IEnumerable<ResourceSnapshot> objects) =>
        new() { Next = FeedCursor.Start, IsFull = true, Changed = [.. objects] };

    private static ResourceSnapshot Snapshot(ResourceType type, string ns, string name, JsonObject body) => new()
    {
        Key = new ResourceKey(type, ns, name),
        Uid = name,
        Version = new ResourceVersion(1),
        Body = Encoding.UTF8.GetBytes(body.ToJsonString()),
    };

    private static (string Namespace, string Name) Split(string name) =>
        name.Split('/') is [var ns, var plain] ? (ns, plain) : ("default", name);
}
