using System.Text.Json.Nodes;

namespace Crescent.Definitions.Kinds;

/// <summary>
/// autoscaling/v1: CPU has a field of its own, what the version has no words for travels in annotations, as in Kubernetes.
/// </summary>
internal static class HorizontalPodAutoscalerV1Kind
{
    private const string Prefix = "autoscaling.alpha.kubernetes.io/";
    private const string Target = "targetCPUUtilizationPercentage";
    private const string Present = "currentCPUUtilizationPercentage";

    public static ResourceDefinition Definition { get; } = HorizontalPodAutoscalerKind.Definition with
    {
        Version = "v1",
        SchemaType = "k8s.io.api.autoscaling.v1.HorizontalPodAutoscaler",
        Conversion = new(ToStored, FromStored),
    };

    private static void ToStored(JsonObject item)
    {
        item["apiVersion"] = "autoscaling/v2";
        if (item["spec"] is JsonObject spec)
        {
            var metrics = Unpack(item, "metrics") as JsonArray ?? [];
            if (spec.Remove(Target, out var target) && target is not null)
            {
                metrics.Insert(0, new JsonObject
                {
                    ["type"] = "Resource",
                    ["resource"] = new JsonObject
                    {
                        ["name"] = "cpu",
                        ["target"] = new JsonObject { ["type"] = "Utilization", ["averageUtilization"] = target.DeepClone() },
                    },
                });
            }

            Set(spec, "metrics", metrics);
            Set(spec, "behavior", Unpack(item, "behavior"));
        }

        var conditions = Unpack(item, "conditions");
        var current = Unpack(item, "current-metrics") as JsonArray ?? [];
        if (item["status"] is JsonObject status)
        {
            if (status.Remove(Present, out var present) && present is not null)
            {
                current.Insert(0, new JsonObject
                {
                    ["type"] = "Resource",
                    ["resource"] = new JsonObject { ["name"] = "cpu", ["current"] = new JsonObject { ["averageUtilization"] = present.DeepClone() } },
                });
            }

            Set(status, "currentMetrics", current);
            Set(status, "conditions", conditions);
        }
    }

    private static void FromStored(JsonObject item)
    {
        item["apiVersion"] = "autoscaling/v1";
        if (item["spec"] is JsonObject spec)
        {
            var metrics = Take(spec, "metrics");
            if (TakeCpu(metrics, "target") is { } target)
            {
                spec[Target] = target;
            }

            Pack(item, "metrics", metrics.Count == 0 ? null : metrics);
            spec.Remove("behavior", out var behavior);
            Pack(item, "behavior", behavior);
        }

        if (item["status"] is JsonObject status)
        {
            var current = Take(status, "currentMetrics");
            if (TakeCpu(current, "current") is { } present)
            {
                status[Present] = present;
            }

            status.Remove("conditions", out var conditions);
            Pack(item, "conditions", conditions);
            Pack(item, "current-metrics", current.Count == 0 ? null : current);
            status.TryAdd("currentReplicas", 0);
            status.TryAdd("desiredReplicas", 0);
        }
    }

    /// <summary>The average utilization of the first CPU metric, taken out of the list.</summary>
    private static JsonNode? TakeCpu(JsonArray metrics, string part)
    {
        foreach (var metric in metrics)
        {
            if ((string?)metric?["type"] == "Resource" && (string?)metric["resource"]?["name"] == "cpu"
                && metric["resource"]?[part]?["averageUtilization"] is { } utilization)
            {
                metrics.Remove(metric);
                return utilization.DeepClone();
            }
        }

        return null;
    }

    private static JsonArray Take(JsonObject owner, string name) => owner.Remove(name, out var value) && value is JsonArray array ? array : [];

    private static void Set(JsonObject owner, string name, JsonNode? value)
    {
        if (value is not (null or JsonArray { Count: 0 }))
        {
            owner[name] = value;
        }
    }

    private static void Pack(JsonObject item, string name, JsonNode? value)
    {
        if (value is null)
        {
            return;
        }

        var metadata = item["metadata"] as JsonObject ?? [];
        if (metadata["annotations"] is not JsonObject annotations)
        {
            metadata["annotations"] = annotations = [];
        }

        annotations[Prefix + name] = value.ToJsonString(VersionConversion.Readable);
    }

    private static JsonNode? Unpack(JsonObject item, string name)
    {
        if (item["metadata"]?["annotations"] is not JsonObject annotations || !annotations.Remove(Prefix + name, out var text)
            || text?.GetValueKind() != System.Text.Json.JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return JsonNode.Parse((string)text!);
        }
        catch (System.Text.Json.JsonException)
        {
            // Not ours: it stays where it was.
            annotations[Prefix + name] = text.DeepClone();
            return null;
        }
    }
}
