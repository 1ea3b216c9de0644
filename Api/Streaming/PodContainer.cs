using System.Globalization;
using System.Text.Json;
using Crescent.Api.Requests;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Api.Streaming;

/// <summary>Where a pod's container runs: what log and exec need to reach it.</summary>
internal sealed class PodContainer
{
    private const int DefaultAgentPort = 10250;

    /// <summary><c>host:port</c> of the node's agent; null while the pod is not bound.</summary>
    public string? Agent { get; private init; }

    public required string Container { get; init; }

    public static async ValueTask<(PodContainer? Found, ResourceError? Error)> FindAsync(IGrainFactory grains, ResourceRequest request)
    {
        var pod = await grains.GetResourceGrain(request.Key).GetAsync(request.CancellationToken);
        if (pod is null)
        {
            return (null, ResourceErrors.NotFound(request.Definition.Type, request.Path.Name));
        }

        using var document = JsonDocument.Parse(pod.Body);
        var spec = document.RootElement.GetProperty("spec");
        if (!TryContainer(spec, request.Path.Name, request.Query.Text("container"), out var container, out var problem))
        {
            return (null, problem);
        }

        var nodeName = spec.TryGetProperty("nodeName", out var name) ? name.GetString() : null;
        if (string.IsNullOrEmpty(nodeName))
        {
            return (new() { Container = container }, null);
        }

        var node = await grains.GetResourceGrain(new ResourceKey(KnownTypes.Nodes, "", nodeName)).GetAsync(request.CancellationToken);
        return node is null
            ? (null, ResourceErrors.NotFound(KnownTypes.Nodes, nodeName))
            : (new() { Container = container, Agent = AgentOf(node, nodeName) }, null);
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

    private static bool TryContainer(JsonElement spec, string pod, string asked, out string container, out ResourceError? problem)
    {
        var main = Names(spec, "containers");
        problem = null;
        container = asked.Length != 0 ? asked : main[0];
        if (asked.Length == 0)
        {
            if (main.Count > 1)
            {
                problem = ResourceErrors.BadRequest($"a container name must be specified for pod {pod}, choose one of: [{string.Join(' ', main)}]");
            }
        }
        else if (!main.Contains(asked) && !Names(spec, "initContainers").Contains(asked) && !Names(spec, "ephemeralContainers").Contains(asked))
        {
            problem = ResourceErrors.BadRequest($"container {asked} is not valid for pod {pod}");
        }

        return problem is null;
    }

    private static List<string> Names(JsonElement spec, string list) =>
        spec.TryGetProperty(list, out var containers) ? [.. containers.EnumerateArray().Select(static item => item.GetProperty("name").GetString()!)] : [];
}
