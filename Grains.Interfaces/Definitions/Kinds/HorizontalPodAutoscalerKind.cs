using System.Globalization;
using System.Text.Json;

namespace Crescent.Definitions.Kinds;

internal static class HorizontalPodAutoscalerKind
{
    private const int Shown = 2;

    /// <summary>autoscaling/v2, the stored form.</summary>
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "autoscaling",
        Version = "v2",
        Kind = "HorizontalPodAutoscaler",
        Plural = "horizontalpodautoscalers",
        Singular = "horizontalpodautoscaler",
        Scope = ResourceScope.Namespaced,
        SchemaType = "k8s.io.api.autoscaling.v2.HorizontalPodAutoscaler",
        ShortNames = ["hpa"],
        Categories = ["all"],
        Subresources = [new() { Name = "status", Kind = "HorizontalPodAutoscaler" }],
        Columns =
        [
            Columns.Text("Reference", "The scaled object.", static item =>
                $"{item.Text("spec", "scaleTargetRef", "kind")}/{item.Text("spec", "scaleTargetRef", "name")}"),
            Columns.Text("Targets", "Present and wanted values of the metrics.", Targets),
            Columns.Text("MinPods", "Least number of pods.", static item => Columns.IntOrText(item.At("spec", "minReplicas"), "<unset>")),
            Columns.Integer("MaxPods", "Greatest number of pods.", static item => item.Number("spec", "maxReplicas")),
            Columns.Integer("Replicas", "Present number of pods.", static item => item.Number("status", "currentReplicas")),
            Columns.Age,
        ],
    };

    private static string Targets(JsonElement item)
    {
        var metrics = item.Items("spec", "metrics").ToList();
        var present = item.Items("status", "currentMetrics").ToList();
        if (metrics.Count == 0)
        {
            return Columns.None;
        }

        var shown = metrics.Take(Shown).Select((metric, index) => Target(metric, index < present.Count ? present[index] : default));
        var text = string.Join(", ", shown);
        return metrics.Count > Shown ? string.Create(CultureInfo.InvariantCulture, $"{text} + {metrics.Count - Shown} more...") : text;
    }

    private static string Target(JsonElement metric, JsonElement present)
    {
        var type = metric.Text("type");
        var source = Field(type);
        var target = metric.At(source, "target");
        var isAveraged = target.Has("averageValue");
        var current = present.At(source, "current");
        var (wanted, value) = isAveraged
            ? (target.Text("averageValue"), current.Text("averageValue"))
            : target.Has("averageUtilization")
                ? (Percent(target.At("averageUtilization")), current.Has("averageUtilization") ? Percent(current.At("averageUtilization")) : "")
                : (target.Text("value"), current.Text("value"));
        var text = $"{(value.Length == 0 ? "<unknown>" : value)}/{(wanted.Length == 0 ? "<auto>" : wanted)}";
        return type switch
        {
            "Resource" or "ContainerResource" => $"{metric.Text(source, "name")}: {text}",
            "External" or "Object" when isAveraged => $"{text} (avg)",
            _ => text,
        };
    }

    private static string Field(string type) => type.Length == 0 ? "" : char.ToLowerInvariant(type[0]) + type[1..];

    private static string Percent(JsonElement number) => $"{number}%";
}
