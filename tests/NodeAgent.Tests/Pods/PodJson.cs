using System.Text.Json.Nodes;

namespace Crescent.NodeAgent.Tests.Pods;

/// <summary>Pods as the API stores them.</summary>
internal static class PodJson
{
    public const string Busybox = "crescent.local/busybox:1";

    /// <summary>A pod in namespace default with one container <c>main</c> that runs a shell script.</summary>
    public static JsonObject Shell(string name, string script, string restartPolicy = "Always") => Of(name, Container("main", script), restartPolicy);

    public static JsonObject Of(string name, JsonObject container, string restartPolicy = "Always") => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default", ["labels"] = new JsonObject { ["app"] = name } },
        ["spec"] = new JsonObject
        {
            ["nodeName"] = "node",
            ["restartPolicy"] = restartPolicy,
            ["terminationGracePeriodSeconds"] = 5,
            ["containers"] = new JsonArray(container),
        },
    };

    public static JsonObject Container(string name, string script) => new()
    {
        ["name"] = name,
        ["image"] = Busybox,
        ["imagePullPolicy"] = "IfNotPresent",
        ["command"] = new JsonArray("sh", "-c", script),
    };

    /// <summary>Sleeps, and ends at once on SIGTERM.</summary>
    public const string Obedient = "trap 'exit 0' TERM; sleep 1000 & wait";

    public static JsonNode? Of(JsonObject status, string container) =>
        status["containerStatuses"]!.AsArray().FirstOrDefault(item => item!["name"]!.GetValue<string>() == container);

    public static bool IsReady(JsonObject status) =>
        status["conditions"]!.AsArray().Any(condition => condition!["type"]!.GetValue<string>() == "Ready" && condition["status"]!.GetValue<string>() == "True");

    public static string Phase(JsonObject status) => status["phase"]!.GetValue<string>();
}
