using System.Text.Json.Nodes;
using Crescent.Schema;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>What a HorizontalPodAutoscaler measures.</summary>
internal static class MetricValidation
{
    private static readonly (string Type, string Source)[] Sources =
        [("ContainerResource", "containerResource"), ("External", "external"), ("Object", "object"), ("Pods", "pods"), ("Resource", "resource")];

    public static void Validate(JsonObject metric, string path, Problems problems)
    {
        var type = metric.Text("type");
        if (type.Length == 0)
        {
            problems.Required($"{path}.type", "must specify a metric source type");
            return;
        }

        problems.OneOf(metric, "type", path, [.. Sources.Select(static item => item.Type)]);
        foreach (var (_, source) in Sources.Where(item => item.Type != type && metric.Has(item.Source)))
        {
            problems.Forbidden($"{path}.{source}", "must populate the given metric source only");
        }

        if (Sources.FirstOrDefault(item => item.Type == type).Source is not { } wanted)
        {
            return;
        }

        if (metric.Object(wanted) is not { } filled)
        {
            problems.Required($"{path}.{wanted}", "must populate information for the given metric source");
            return;
        }

        Source(filled, wanted, $"{path}.{wanted}", problems);
    }

    private static void Source(JsonObject source, string kind, string path, Problems problems)
    {
        if (kind is "resource" or "containerResource" && source.Text("name").Length == 0)
        {
            problems.Required($"{path}.name", "must specify a resource name");
        }

        if (kind == "containerResource" && source.Text("container").Length == 0)
        {
            problems.Required($"{path}.container", "must specify a container");
        }

        if (kind is "pods" or "object" or "external" && source.Object("metric").Text("name").Length == 0)
        {
            problems.Required($"{path}.metric.name", "must specify a metric name");
        }

        if (kind == "object")
        {
            foreach (var name in (ReadOnlySpan<string>)["kind", "name"])
            {
                if (source.Object("describedObject").Text(name).Length == 0)
                {
                    problems.Required($"{path}.describedObject.{name}");
                }
            }
        }

        SelectorValidation.Validate(source.Object("metric", "selector"), $"{path}.metric.selector", problems);
        Target(source.Object("target"), kind, $"{path}.target", problems);
    }

    private static void Target(JsonObject? target, string kind, string path, Problems problems)
    {
        if (target.Text("type").Length == 0)
        {
            problems.Required($"{path}.type", "must specify a metric target type");
        }

        problems.OneOf(target, "type", path, "AverageValue", "Utilization", "Value");
        if (target.Integer("averageUtilization") is < 1 and var utilization)
        {
            problems.Invalid($"{path}.averageUtilization", utilization, "must be greater than 0");
        }

        foreach (var name in (ReadOnlySpan<string>)["value", "averageValue"])
        {
            if (QuantityText.TryParseNano(target.Text(name), out var amount) && amount.Sign <= 0)
            {
                problems.Invalid($"{path}.{name}", target.Text(name), "must be positive");
            }
        }

        var (hasValue, hasAverage, hasUtilization) = (target.Has("value"), target.Has("averageValue"), target.Has("averageUtilization"));
        switch (kind)
        {
            case "resource" or "containerResource" when !hasAverage && !hasUtilization:
                problems.Required($"{path}.averageUtilization", "must set either a target raw value or a target utilization");
                break;
            case "resource" or "containerResource" when hasAverage && hasUtilization:
                problems.Forbidden($"{path}.averageValue", "may not set both a target raw value and a target utilization");
                break;
            case "pods" when !hasAverage:
                problems.Required($"{path}.averageValue", "must specify a positive target averageValue");
                break;
            case "object" or "external" when !hasValue && !hasAverage:
                problems.Required($"{path}.averageValue", "must set either a target value for metric or a per-pod target");
                break;
            case "object" or "external" when hasValue && hasAverage:
                problems.Forbidden($"{path}.value", "may not set both a target value for metric and a per-pod target");
                break;
        }
    }
}
