using System.Text.Json;
using Crescent.Api.Requests;
using Crescent.Resources;

namespace Crescent.Api.Streaming;

/// <summary>Where a pod's container runs: what log and exec need to reach it.</summary>
internal sealed class PodContainer
{
    /// <summary><c>host:port</c> of the node's agent; null while the pod is not bound.</summary>
    public string? Agent { get; private init; }

    public required string Container { get; init; }

    public static async ValueTask<(PodContainer? Found, ResourceError? Error)> FindAsync(IGrainFactory grains, ResourceRequest request)
    {
        var (pod, error) = await PodLocation.FindAsync(grains, request.Key, request.CancellationToken);
        if (pod is null)
        {
            return (null, error);
        }

        return TryContainer(pod.Spec, request.Path.Name, request.Query.Text("container"), out var container, out var problem)
            ? (new() { Container = container, Agent = pod.Agent }, null)
            : (null, problem);
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
