using System.Globalization;
using System.Text.Json;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Api.Streaming;

/// <summary>A pod and the agent of the node it is bound to.</summary>
internal sealed class PodLocation
{
    private const int DefaultAgentPort = 10250;

    public required ResourceKey Key { get; init; }
    public required string Uid { get; init; }

    /// <summary>The whole object.</summary>
    public required JsonElement Body { get; init; }

    public JsonElement Spec => Body.GetProperty("spec");

    /// <summary><c>host:port</c> of the node's agent; null while the pod is not bound.</summary>
    public string? Agent { get; private init; }

    /// <summary>Where the agent connects to a port of the pod: inside its network namespace, or at the pod's address.</summary>
    public Uri PortAddress(int port, bool atPodAddress) =>
        new($"wss://{Agent}/portForward/{Key.Namespace}/{Key.Name}?port={port.ToString(CultureInfo.InvariantCulture)}{(atPodAddress ? "&at=pod" : "")}");

    public static async ValueTask<(PodLocation? Found, ResourceError? Error)> FindAsync(
        IGrainFactory grains, ResourceKey key, CancellationToken cancellationToken)
    {
        var pod = await grains.GetResourceGrain(key).GetAsync(cancellationToken);
        if (pod is null)
        {
            return (null, ResourceErrors.NotFound(key.Type, key.Name));
        }

        using var document = JsonDocument.Parse(pod.Body);
        var body = document.RootElement.Clone();
        var nodeName = body.GetProperty("spec").TryGetProperty("nodeName", out var name) ? name.GetString() : null;
        if (string.IsNullOrEmpty(nodeName))
        {
            return (new() { Key = key, Uid = pod.Uid, Body = body }, null);
        }

        var node = await grains.GetResourceGrain(new ResourceKey(KnownTypes.Nodes, "", nodeName)).GetAsync(cancellationToken);
        return node is null
            ? (null, ResourceErrors.NotFound(KnownTypes.Nodes, nodeName))
            : (new() { Key = key, Uid = pod.Uid, Body = body, Agent = AgentOf(node, nodeName) }, null);
    }

    internal static string AgentOf(ResourceSnapshot node, string nodeName)
    {
        using var document = JsonDocument.Parse(node.Body);
        var host = nodeName;
        var port = DefaultAgentPort;
        if (document.RootElement.TryGetProperty("status", out var status))
        {
            if (status.TryGetProperty("addresses", out var addresses))
            {
                host = Address(addresses, "InternalIP") ?? Address(addresses, "ExternalIP") ?? Address(addresses, "Hostname") ?? nodeName;
            }

            if (status.TryGetProperty("daemonEndpoints", out var daemons) && daemons.TryGetProperty("kubeletEndpoint", out var endpoint)
                && endpoint.TryGetProperty("Port", out var value) && value.GetInt32() is > 0 and var number)
            {
                port = number;
            }
        }

        var bracketed = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        return string.Create(CultureInfo.InvariantCulture, $"{bracketed}:{port}");
    }

    private static string? Address(JsonElement addresses, string type)
    {
        foreach (var address in addresses.EnumerateArray())
        {
            if (address.GetProperty("type").GetString() == type)
            {
                return address.GetProperty("address").GetString();
            }
        }

        return null;
    }
}
