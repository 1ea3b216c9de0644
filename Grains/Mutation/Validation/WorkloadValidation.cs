using System.Globalization;
using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>Deployments and ReplicaSets.</summary>
internal static class WorkloadValidation
{
    public static void Deployment(JsonObject deployment, Problems problems)
    {
        var spec = deployment.Object("spec");
        problems.NonNegative(spec, "replicas", "spec");
        SelectorAndTemplate(spec, problems);
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
        SelectorAndTemplate(spec, problems);
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

    private static void SelectorAndTemplate(JsonObject? spec, Problems problems)
    {
        var selector = spec.Object("selector");
        if (selector is null)
        {
            problems.Required("spec.selector");
        }
        else
        {
            SelectorValidation.Validate(selector, "spec.selector", problems);
            if (SelectorValidation.IsEmpty(selector))
            {
                problems.Invalid("spec.selector", selector.DeepClone(), "empty selector is invalid for deployment");
            }
        }

        var template = spec.Object("template");
        if (template is null)
        {
            problems.Required("spec.template");
        }

        var labels = template.Object("metadata", "labels");
        if (selector is not null && !SelectorValidation.IsEmpty(selector) && !SelectorValidation.Matches(selector, labels))
        {
            problems.Invalid("spec.template.metadata.labels", labels?.DeepClone(), "`selector` does not match template `labels`");
        }

        MetadataValidation.Validate(template.Object("metadata"), "spec.template.metadata", problems);
        var podSpec = template.Object("spec");
        PodValidation.Spec(podSpec, "spec.template.spec", problems);
        if (podSpec.Text("restartPolicy") is { Length: > 0 } policy and not "Always" && policy is "OnFailure" or "Never")
        {
            problems.NotSupported("spec.template.spec.restartPolicy", podSpec.Text("restartPolicy"), "Always");
        }

        if (podSpec.Has("activeDeadlineSeconds"))
        {
            problems.Forbidden("spec.template.spec.activeDeadlineSeconds", "activeDeadlineSeconds in ReplicaSet is not Supported");
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

        var unavailable = Share(rolling, "maxUnavailable", problems);
        var surge = Share(rolling, "maxSurge", problems);
        if (unavailable is 0 && surge is 0)
        {
            problems.Invalid("spec.strategy.rollingUpdate.maxUnavailable", rolling!["maxUnavailable"]?.DeepClone(), "may not be 0 when `maxSurge` is 0");
        }

        if (unavailable > 100 && rolling!["maxUnavailable"] is JsonValue value && value.TryGetValue<string>(out _))
        {
            problems.Invalid("spec.strategy.rollingUpdate.maxUnavailable", value.DeepClone(), "must not be greater than 100%");
        }
    }

    private static long? Share(JsonObject? rolling, string name, Problems problems)
    {
        var path = $"spec.strategy.rollingUpdate.{name}";
        if (rolling.Integer(name) is { } number)
        {
            problems.NonNegative(rolling, name, "spec.strategy.rollingUpdate");
            return number;
        }

        var text = rolling.Text(name);
        if (text.Length == 0)
        {
            return null;
        }

        if (text.EndsWith('%') && long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var percent))
        {
            return percent;
        }

        problems.Invalid(path, text, "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')");
        return null;
    }
}
