using System.Globalization;
using System.Text.Json;

namespace Crescent.Definitions.Kinds;

internal static class PodKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "Pod",
        Plural = "pods",
        Singular = "pod",
        Scope = ResourceScope.Namespaced,
        SchemaType = "k8s.io.api.core.v1.Pod",
        ShortNames = ["po"],
        Categories = ["all"],
        HasGeneration = true,
        HasGracefulDeletion = true,
        Subresources =
        [
            new() { Name = "binding", Kind = "Binding", Verbs = ["create"] },
            new() { Name = "eviction", Kind = "Eviction", Group = "policy", Version = "v1", Verbs = ["create"] },
            new() { Name = "exec", Kind = "PodExecOptions", Verbs = ["create", "get"] },
            new() { Name = "attach", Kind = "PodAttachOptions", Verbs = ["create", "get"] },
            new() { Name = "proxy", Kind = "PodProxyOptions", Verbs = ["create", "delete", "get", "patch", "update"] },
            new() { Name = "portforward", Kind = "PodPortForwardOptions", Verbs = ["create", "get"] },
            new() { Name = "log", Kind = "Pod", Verbs = ["get"] },
            new() { Name = "status", Kind = "Pod" },
            new() { Name = "ephemeralcontainers", Kind = "Pod" },
            new() { Name = "resize", Kind = "Pod" },
        ],
        SelectableFields =
        [
            "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName",
            SelectableField.Flag("spec.hostNetwork"), "status.phase", "status.podIP", "status.nominatedNodeName",
        ],
        Columns =
        [
            Columns.Text("Ready", "Ready containers of all containers.", static item => Summary(item).Ready),
            Columns.Text("Status", "Phase, or the reason that says more.", static item => Summary(item).Status),
            new("Restarts", "string", "Restarts of all containers, and when the last one was.", static (item, now) => Restarts(Summary(item), now)),
            Columns.Age,
            Columns.Text("IP", "Address of the pod.", static item => Columns.OrNone(PodAddress(item)), priority: 1),
            Columns.Text("Node", "Node the pod is bound to.", static item => Columns.OrNone(item.Text("spec", "nodeName")), priority: 1),
            Columns.Text("Nominated Node", "Node where room is being made.", static item => Columns.OrNone(item.Text("status", "nominatedNodeName")), priority: 1),
            Columns.Text("Readiness Gates", "Readiness gates that hold.", ReadinessGates, priority: 1),
        ],
    };

    private static PodSummary Summary(JsonElement item) => PodSummary.Of(item);

    private static string Restarts(PodSummary summary, DateTimeOffset now) =>
        summary is { Restarts: > 0, LastRestart: { } last }
            ? string.Create(CultureInfo.InvariantCulture, $"{summary.Restarts} ({HumanDuration.Format(now - last)} ago)")
            : summary.Restarts.ToString(CultureInfo.InvariantCulture);

    private static string PodAddress(JsonElement item) =>
        item.Items("status", "podIPs").FirstOrDefault().Text("ip") is { Length: > 0 } first ? first : item.Text("status", "podIP");

    private static string ReadinessGates(JsonElement item)
    {
        var gates = item.Items("spec", "readinessGates").Select(static gate => gate.Text("conditionType")).ToList();
        var holding = gates.Count(gate => item.Items("status", "conditions").Any(
            condition => condition.Text("type") == gate && condition.Text("status") == "True"));
        return gates.Count == 0 ? Columns.None : string.Create(CultureInfo.InvariantCulture, $"{holding}/{gates.Count}");
    }
}
