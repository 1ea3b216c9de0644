using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>What may change of a pod after its creation.</summary>
internal static class PodUpdateValidation
{
    private const string UpdateRule =
        "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

    /// <summary>
    /// A running pod may change its images, labels, annotations, deadline, gain tolerations and lose scheduling gates; the rest of the spec stays.
    /// </summary>
    public static void Update(JsonObject updated, JsonObject old, Problems problems)
    {
        PodAnnotationValidation.Update(updated, old, problems);
        var (spec, oldSpec) = (updated.Object("spec"), old.Object("spec"));
        if (spec is null || oldSpec is null)
        {
            return;
        }

        var allowed = (JsonObject)spec.DeepClone();
        foreach (var list in (ReadOnlySpan<string>)["containers", "initContainers"])
        {
            var (images, oldItems) = (allowed.Objects(list).ToList(), oldSpec.Objects(list).ToList());
            if (images.Count != oldItems.Count)
            {
                problems.Forbidden($"spec.{list}", "pod updates may not add or remove containers");
                return;
            }

            for (var index = 0; index < images.Count; index++)
            {
                if (images[index].Text("image").Length == 0)
                {
                    problems.Required($"spec.{list}[{index}].image");
                }

                images[index].CopyFrom(oldItems[index], "image");
            }
        }

        if (oldSpec.Integer("activeDeadlineSeconds") is { } oldDeadline && (spec.Integer("activeDeadlineSeconds") is not { } deadline || deadline > oldDeadline))
        {
            problems.Invalid("spec.activeDeadlineSeconds", spec["activeDeadlineSeconds"]?.DeepClone(), "must be less than or equal to previous value");
        }

        allowed.CopyFrom(oldSpec, "activeDeadlineSeconds");
        var tolerations = spec.Array("tolerations") ?? [];
        if ((oldSpec.Array("tolerations") ?? []).All(before => tolerations.Any(after => after.SameAs(before) || IsSameButSeconds(after, before))))
        {
            allowed.CopyFrom(oldSpec, "tolerations");
        }
        else
        {
            problems.Forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds");
            allowed.CopyFrom(oldSpec, "tolerations");
        }

        Gates(spec, oldSpec, allowed, problems);
        if (oldSpec.Integer("terminationGracePeriodSeconds") < 0 && spec.Integer("terminationGracePeriodSeconds") == 1)
        {
            allowed.CopyFrom(oldSpec, "terminationGracePeriodSeconds");
        }

        if (!allowed.SameAs(oldSpec))
        {
            var changed = allowed.Select(static member => member.Key).Union(oldSpec.Select(static member => member.Key), StringComparer.Ordinal)
                .Where(name => !allowed[name].SameAs(oldSpec[name])).Order(StringComparer.Ordinal);
            problems.Forbidden("spec", $"{UpdateRule}\n  changed: {string.Join(", ", changed.Select(static name => $"spec.{name}"))}");
        }
    }

    // Gates only fall; while one stands, nobody has placed the pod and where it may go can still be narrowed.
    private static void Gates(JsonObject spec, JsonObject oldSpec, JsonObject allowed, Problems problems)
    {
        var before = oldSpec.Objects("schedulingGates").Select(static gate => gate.Text("name")).ToHashSet(StringComparer.Ordinal);
        foreach (var name in spec.Objects("schedulingGates").Select(static gate => gate.Text("name")).Where(name => !before.Contains(name)))
        {
            problems.Forbidden("spec.schedulingGates", $"only deletion is allowed, but found new scheduling gate '{name}'");
        }

        allowed.CopyFrom(oldSpec, "schedulingGates");
        if (before.Count == 0)
        {
            return;
        }

        var labels = spec.Object("nodeSelector");
        if ((oldSpec.Object("nodeSelector") ?? []).Any(label => !label.Value.SameAs(labels?[label.Key])))
        {
            problems.Invalid("spec.nodeSelector", labels?.DeepClone(), "only additions to spec.nodeSelector are allowed (no mutations or deletions)");
        }

        allowed.CopyFrom(oldSpec, "nodeSelector");
        if (oldSpec.Object("affinity", "nodeAffinity") is not { Count: > 0 } && spec.Object("affinity", "nodeAffinity") is { Count: > 0 })
        {
            allowed.Object("affinity")!.Remove("nodeAffinity");
            if (allowed.Object("affinity") is { Count: 0 } && !oldSpec.Has("affinity"))
            {
                allowed.Remove("affinity");
            }
        }
    }

    private static bool IsSameButSeconds(JsonNode? after, JsonNode? before)
    {
        var (left, right) = (after?.DeepClone() as JsonObject, before?.DeepClone() as JsonObject);
        left?.Remove("tolerationSeconds");
        right?.Remove("tolerationSeconds");
        return left.SameAs(right) && (before as JsonObject).Text("effect") == "NoExecute";
    }
}
