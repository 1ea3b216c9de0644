using System.Text.Json;

namespace Crescent.Benchmarks.Load.Scenarios;

/// <summary>Bodies of the objects the pod scenarios make; the process ends at once on SIGTERM.</summary>
internal static class PodTemplates
{
    public static string Pod(string name, string image) =>
        $$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{name}}"},"spec":{{Spec(image)}}}""";

    public static string Deployment(string name, string image, int replicas) =>
        $$$"""{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"{{{name}}}"},"spec":{"replicas":{{{replicas}}},"selector":{"matchLabels":{"app":"{{{name}}}"}},"template":{"metadata":{"labels":{"app":"{{{name}}}"}},"spec":{{{Spec(image)}}} } } }""";

    /// <summary>For nodes that start nothing.</summary>
    public static string Hollow(string name) =>
        $$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{name}}","labels":{"app":"hollow"} },"spec":{{HollowSpec}}}""";

    public static string HollowDeployment(string name, int replicas) =>
        $$$"""{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"{{{name}}}"},"spec":{"replicas":{{{replicas}}},"selector":{"matchLabels":{"app":"{{{name}}}"}},"template":{"metadata":{"labels":{"app":"{{{name}}}"}},"spec":{{{HollowSpec}}} } } }""";

    public static bool IsRunning(JsonElement pod) =>
        pod.TryGetProperty("status", out var status) && status.TryGetProperty("phase", out var phase) && phase.GetString() == "Running";

    /// <summary>Kept away from real nodes.</summary>
    private const string HollowSpec =
        """{"nodeSelector":{"hollow":"yes"},"containers":[{"name":"main","image":"hollow","resources":{"requests":{"cpu":"10m","memory":"16Mi"}}}]}""";

    private static string Spec(string image) =>
        $$"""{"containers":[{"name":"main","image":"{{image}}","command":["sh","-c","trap 'exit 0' TERM; sleep 3600 & wait"]}]}""";
}
