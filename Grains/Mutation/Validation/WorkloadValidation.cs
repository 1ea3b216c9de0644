using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>The kinds that keep pods running.</summary>
internal static class WorkloadValidation
{
    public static void Deployment(JsonObject deployment, Problems problems)
    {
        var spec = deployment.Object("spec");
        problems.NonNegative(spec, "replicas", "spec");
        TemplateValidation.SelectorAndTemplate(spec, "deployment", "ReplicaSet", problems);
        Strategy(spec.Object("strategy"), problems);
        problems.NonNegative(spec, "minReadySeconds", "spec");
        problems.NonNegative(spec, "revisionHistoryLimit", "spec");
        problems.NonNegative(spec, "progressDeadlineSeconds", "spec");
        if (spec.Integer("progressDeadlineSeconds") is { } deadline && deadline <= (spec.Integer("minReadySeconds") ?? 0))
        {
            problems.Invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds");
        }
    }

    public static void ReplicaSet(JsonObject replicaSet, Problems problems)
    {
        var spec = replicaSet.Object("spec");
        problems.NonNegative(spec, "replicas", "spec");
        problems.NonNegative(spec, "minReadySeconds", "spec");
        TemplateValidation.SelectorAndTemplate(spec, "deployment", "ReplicaSet", problems);
    }

    public static void ReplicationController(JsonObject controller, Problems problems)
    {
        var spec = controller.Object("spec");
        problems.NonNegative(spec, "replicas", "spec");
        problems.NonNegative(spec, "minReadySeconds", "spec");
        var selector = spec.Object("selector");
        if (selector is not { Count: > 0 })
        {
            problems.Required("spec.selector");
        }

        var labels = spec.Object("template", "metadata", "labels");
        if (spec.Has("template") && (selector ?? []).Any(term => !labels.Has(term.Key) || labels.Text(term.Key) != term.Value.AsText()))
        {
            problems.Invalid("spec.template.metadata.labels", labels?.DeepClone(), "`selector` does not match template `labels`");
        }

        TemplateValidation.LongRunning(spec.Object("template"), "ReplicationController", problems);
    }

    public static void DaemonSet(JsonObject set, Problems problems)
    {
        var spec = set.Object("spec");
        TemplateValidation.SelectorAndTemplate(spec, "daemonset", "DaemonSet", problems);
        problems.NonNegative(spec, "minReadySeconds", "spec");
        problems.NonNegative(spec, "revisionHistoryLimit", "spec");
        var strategy = spec.Object("updateStrategy");
        problems.OneOf(strategy, "type", "spec.updateStrategy", "OnDelete", "RollingUpdate");
        if (strategy.Text("type") != "RollingUpdate")
        {
            return;
        }

        const string path = "spec.updateStrategy.rollingUpdate";
        var rolling = strategy.Object("rollingUpdate");
        if (rolling is null)
        {
            problems.Required(path);
            return;
        }

        var unavailable = Shares.Read(rolling, "maxUnavailable", path, problems) ?? 0;
        var surge = Shares.Read(rolling, "maxSurge", path, problems) ?? 0;
        if (unavailable != 0 && surge != 0)
        {
            problems.Invalid($"{path}.maxSurge", rolling["maxSurge"]?.DeepClone(), "may not be set when maxUnavailable is non-zero");
        }
        else if (unavailable == 0 && surge == 0)
        {
            problems.Required($"{path}.maxUnavailable", "cannot be 0 when maxSurge is 0");
        }
    }

    public static void StatefulSet(JsonObject set, Problems problems)
    {
        var spec = set.Object("spec");
        if (spec.Text("podManagementPolicy") is not ("OrderedReady" or "Parallel") and var policy)
        {
            problems.Invalid("spec.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'");
        }

        var strategy = spec.Object("updateStrategy");
        switch (strategy.Text("type"))
        {
            case "OnDelete":
                if (strategy.Has("rollingUpdate"))
                {
                    problems.Invalid(
                        "spec.updateStrategy.rollingUpdate", strategy!["rollingUpdate"]!.DeepClone(), "only allowed for updateStrategy 'RollingUpdate'");
                }

                break;
            case "RollingUpdate":
                problems.NonNegative(strategy.Object("rollingUpdate"), "partition", "spec.updateStrategy.rollingUpdate");
                Shares.Read(strategy.Object("rollingUpdate"), "maxUnavailable", "spec.updateStrategy.rollingUpdate", problems);
                break;
            default:
                problems.Invalid("spec.updateStrategy", strategy?.DeepClone(), "must be 'RollingUpdate' or 'OnDelete'");
                break;
        }

        problems.NonNegative(spec, "replicas", "spec");
        problems.NonNegative(spec, "minReadySeconds", "spec");
        problems.NonNegative(spec, "revisionHistoryLimit", "spec");
        problems.NonNegative(spec.Object("ordinals"), "start", "spec.ordinals");
        foreach (var moment in (ReadOnlySpan<string>)["whenDeleted", "whenScaled"])
        {
            problems.OneOf(spec.Object("persistentVolumeClaimRetentionPolicy"), moment, "spec.persistentVolumeClaimRetentionPolicy", "Delete", "Retain");
        }

        var claims = spec.Objects("volumeClaimTemplates").Select(static claim => claim.Object("metadata").Text("name"));
        TemplateValidation.SelectorAndTemplate(spec, "statefulset", "StatefulSet", problems, [.. claims]);
    }

    public static void ControllerRevision(JsonObject revision, Problems problems)
    {
        if (!revision.Has("data"))
        {
            problems.Required("data", "data is mandatory");
        }

        problems.NonNegative(revision, "revision", "");
    }

    public static void ControllerRevisionUpdate(JsonObject updated, JsonObject old, Problems problems) =>
        problems.Immutable(updated, old, "data", "");

    /// <summary>What names the pods and their volumes stays for life.</summary>
    public static void StatefulSetUpdate(JsonObject updated, JsonObject old, Problems problems)
    {
        var (spec, before) = ((JsonObject)updated.Object("spec")!.DeepClone(), old.Object("spec"));
        foreach (var name in (ReadOnlySpan<string>)[
            "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy", "minReadySeconds"])
        {
            spec.CopyFrom(before, name);
        }

        if (!spec.SameAs(before))
        {
            problems.Forbidden(
                "spec",
                "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden");
        }
    }

    /// <summary>A selector says which pods belong to the workload and stays for life.</summary>
    public static void Update(JsonObject updated, JsonObject old, Problems problems)
    {
        var (selector, oldSelector) = (updated.Object("spec", "selector"), old.Object("spec", "selector"));
        if (!selector.SameAs(oldSelector))
        {
            problems.Invalid("spec.selector", selector, "field is immutable");
        }
    }

    private static void Strategy(JsonObject? strategy, Problems problems)
    {
        problems.OneOf(strategy, "type", "spec.strategy", "Recreate", "RollingUpdate");
        var rolling = strategy.Object("rollingUpdate");
        if (strategy.Text("type") == "Recreate")
        {
            if (rolling is not null)
            {
                problems.Forbidden("spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'");
            }

            return;
        }

        var unavailable = Shares.Read(rolling, "maxUnavailable", "spec.strategy.rollingUpdate", problems);
        var surge = Shares.Read(rolling, "maxSurge", "spec.strategy.rollingUpdate", problems);
        if (unavailable is 0 && surge is 0)
        {
            problems.Invalid("spec.strategy.rollingUpdate.maxUnavailable", rolling!["maxUnavailable"]?.DeepClone(), "may not be 0 when `maxSurge` is 0");
        }

        if (unavailable > 100 && rolling!["maxUnavailable"] is JsonValue value && value.TryGetValue<string>(out _))
        {
            problems.Invalid("spec.strategy.rollingUpdate.maxUnavailable", value.DeepClone(), "must not be greater than 100%");
        }
    }
}
