using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Grains.Mutation;
using Crescent.Grains.Reconciling;
using Crescent.Resources;

namespace Crescent.Grains.FlowControl;

/// <summary>What differs of a default object, and whether a schema leads anywhere.</summary>
internal static class FlowPlanner
{
    private const string Dangling = "Dangling";

    /// <summary>
    /// A merge patch; null when nothing is to do. Without the annotation a suggested object is kept as long as nobody has changed its spec;
    /// how much exempt requests lend stays as it was set.
    /// </summary>
    public static JsonObject? Repair(ResourceSnapshot present, DefaultFlow flow)
    {
        var body = JsonNode.Parse(present.Body)!.AsObject();
        var (metadata, spec) = (body.Object("metadata"), body.Object("spec"));
        var annotation = metadata.Object("annotations").Text(DefaultFlows.AutoUpdate);
        var isKept = flow.IsMandatory || (annotation.Length > 0 ? annotation == "true" : (metadata.Integer("generation") ?? 1) == 1);
        var patch = new JsonObject();
        var verdict = isKept ? "true" : "false";
        if (annotation != verdict && (flow.IsMandatory || annotation is not ("true" or "false")))
        {
            patch["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [DefaultFlows.AutoUpdate] = verdict } };
        }

        var wanted = flow.Body.Object("spec")!;
        if (isKept && !Comparable(spec, flow).SameAs(Comparable(wanted, flow)))
        {
            patch["spec"] = Replacing(Comparable(spec, flow), Comparable(wanted, flow)!);
        }

        return patch.Count == 0 ? null : patch;
    }

    /// <summary>The status of a schema whose level is there or not; null when it says so already.</summary>
    public static JsonObject? Status(ResourceSnapshot schema, Func<string, bool> hasLevel, DateTimeOffset now)
    {
        var body = schema.View();
        var name = body.At("spec", "priorityLevelConfiguration", "name").Text() ?? "";
        var isThere = hasLevel(name);
        var (status, reason, message) = isThere
            ? ("False", "Found", $"This FlowSchema references the PriorityLevelConfiguration object named \"{name}\" and it exists")
            : ("True", "NotFound", $"This FlowSchema references the PriorityLevelConfiguration object named \"{name}\" but there is no such object");
        var conditions = body.At("status", "conditions").Items().ToList();
        var said = conditions.Find(static condition => condition.At("type").Text() == Dangling);
        if (said.ValueKind == JsonValueKind.Object && said.At("status").Text() == status && said.At("message").Text() == message)
        {
            return null;
        }

        var since = said.ValueKind == JsonValueKind.Object && said.At("status").Text() == status
            ? said.At("lastTransitionTime").Text() : now.ToKubernetesTime();
        var others = conditions.Where(static condition => condition.At("type").Text() != Dangling).Select(static condition => JsonNode.Parse(condition.GetRawText()));
        return new()
        {
            ["status"] = new JsonObject
            {
                ["conditions"] = new JsonArray(
                [
                    .. others,
                    new JsonObject { ["type"] = Dangling, ["status"] = status, ["lastTransitionTime"] = since, ["reason"] = reason, ["message"] = message },
                ]),
            },
        };
    }

    // A merge patch that leaves nothing of what was there.
    private static JsonObject Replacing(JsonObject? present, JsonObject wanted)
    {
        var patch = new JsonObject();
        foreach (var (name, value) in wanted)
        {
            patch[name] = value is JsonObject child ? Replacing(present.Object(name), child) : value?.DeepClone();
        }

        foreach (var (name, _) in (present ?? []).Where(member => !wanted.ContainsKey(member.Key)))
        {
            patch[name] = null;
        }

        return patch;
    }

    private static JsonObject? Comparable(JsonObject? spec, DefaultFlow flow)
    {
        var copy = (JsonObject?)spec?.DeepClone();
        if (flow.Key.Name == DefaultFlows.Exempt)
        {
            copy?.Remove("exempt");
        }

        return copy;
    }
}
