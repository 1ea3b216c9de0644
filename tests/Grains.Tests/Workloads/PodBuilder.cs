using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Grains.Tests.Reconciling;
using Crescent.Grains.Workloads;

namespace Crescent.Grains.Tests.Workloads;

/// <summary>Pod facts in a few words.</summary>
internal static class PodBuilder
{
    public static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static PodFacts Pod(
        string name, string? controller = "set-uid", string phase = "Running", string node = "n1", bool ready = true, bool deleting = false,
        TimeSpan? readyFor = null, TimeSpan? age = null, int restarts = 0, int cost = 0, string app = "web") =>
        PodFacts.Of(Snapshots.Of(Json(name, controller, phase, node, ready, deleting, readyFor, age, restarts, cost, app)));

    public static JsonObject Json(
        string name, string? controller = "set-uid", string phase = "Running", string node = "n1", bool ready = true, bool deleting = false,
        TimeSpan? readyFor = null, TimeSpan? age = null, int restarts = 0, int cost = 0, string app = "web")
    {
        var born = Text(Now - (age ?? TimeSpan.FromHours(1)));
        var pod = JsonNode.Parse($$"""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{name}}","namespace":"default","uid":"{{name}}-uid","creationTimestamp":"{{born}}",
             "labels":{"app":"{{app}}"},"annotations":{"controller.kubernetes.io/pod-deletion-cost":"{{cost}}"} },
             "spec":{},"status":{"phase":"{{phase}}","containerStatuses":[{"restartCount":{{restarts}}}],
             "conditions":[{"type":"Ready","status":"{{(ready ? "True" : "False")}}","lastTransitionTime":"{{Text(Now - (readyFor ?? TimeSpan.FromMinutes(30)))}}"} ] } }
            """)!.AsObject();
        if (node.Length > 0)
        {
            pod["spec"]!["nodeName"] = node;
        }

        if (controller is not null)
        {
            pod["metadata"]!["ownerReferences"] = JsonNode.Parse(
                $$"""[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web","uid":"{{controller}}","controller":true}]""");
        }

        if (deleting)
        {
            pod["metadata"]!["deletionTimestamp"] = Text(Now);
        }

        return pod;
    }

    private static string Text(DateTimeOffset time) => JsonSerializer.Serialize(time.UtcDateTime).Trim('"');
}
