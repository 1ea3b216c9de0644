using System.Globalization;
using System.Text.Json.Nodes;
using Crescent.Grains.Mutation.Defaulting;
using Crescent.Schema;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>
/// <see href="https://kubernetes.io/docs/tasks/configure-pod-container/resize-container-resources/">Resizing in place</see>: cpu and memory of
/// a pod's containers change, its quality of service does not.
/// </summary>
internal static class ResizeValidation
{
    private const string OnlyComputing = "only cpu and memory resources are mutable";

    /// <summary>Takes resources and resize policies of the containers that are there.</summary>
    public static void Take(JsonObject pod, JsonObject body)
    {
        foreach (var list in (ReadOnlySpan<string>)["containers", "initContainers"])
        {
            var wanted = body.Object("spec").Objects(list).ToLookup(static container => container.Text("name"), StringComparer.Ordinal);
            foreach (var container in pod.Object("spec").Objects(list))
            {
                if (wanted[container.Text("name")].FirstOrDefault() is { } changed)
                {
                    container.CopyFrom(changed, "resources");
                    container.CopyFrom(changed, "resizePolicy");
                }
            }
        }
    }

    public static void Update(JsonObject pod, JsonObject old, Problems problems)
    {
        var (spec, oldSpec) = (pod.Object("spec"), old.Object("spec"));
        if (PodQuality.ClassOf(spec) is var quality && quality != PodQuality.ClassOf(oldSpec))
        {
            problems.Invalid("spec", quality, "Pod QOS Class may not change as a result of resizing");
        }

        var others = false;
        foreach (var list in (ReadOnlySpan<string>)["containers", "initContainers"])
        {
            var before = oldSpec.Objects(list).ToDictionary(static container => container.Text("name"), StringComparer.Ordinal);
            var index = 0;
            foreach (var container in spec.Objects(list))
            {
                var at = string.Create(CultureInfo.InvariantCulture, $"spec.{list}[{index++}]");
                if (!before.TryGetValue(container.Text("name"), out var was))
                {
                    continue;
                }

                var isSidecar = container.Text("restartPolicy") == "Always";
                if (list == "initContainers" && !isSidecar && !container["resources"].SameAs(was["resources"]))
                {
                    others = true;
                }

                others |= Container(container, was, at, problems);
            }
        }

        if (others)
        {
            problems.Forbidden("spec", OnlyComputing);
        }
    }

    /// <summary>True when something else than cpu and memory changed.</summary>
    private static bool Container(JsonObject container, JsonObject old, string path, Problems problems)
    {
        var (resources, before) = (container.Object("resources"), old.Object("resources"));
        var others = !Others(resources).SameAs(Others(before));
        foreach (var list in (ReadOnlySpan<string>)["limits", "requests"])
        {
            foreach (var name in (ReadOnlySpan<string>)["cpu", "memory"])
            {
                var (now, was) = (resources.Object(list).Text(name), before.Object(list).Text(name));
                if (was.Length > 0 && now.Length == 0)
                {
                    problems.Forbidden($"{path}.resources.{list}", $"resource {list} cannot be removed");
                }
                else if (list == "limits" && name == "memory" && Policy(container, name) != "RestartContainer"
                    && QuantityText.TryParseNano(now, out var amount) && QuantityText.TryParseNano(was, out var amountBefore) && amount < amountBefore)
                {
                    problems.Forbidden($"{path}.resources.limits[memory]", "memory limits cannot be decreased unless resizePolicy is RestartContainer");
                }
            }
        }

        return others;
    }

    private static string Policy(JsonObject container, string resource) =>
        container.Objects("resizePolicy").FirstOrDefault(policy => policy.Text("resourceName") == resource).Text("restartPolicy");

    private static JsonObject Others(JsonObject? resources)
    {
        var rest = (JsonObject?)resources?.DeepClone() ?? [];
        foreach (var list in (ReadOnlySpan<string>)["limits", "requests"])
        {
            if (rest.Object(list) is { } amounts)
            {
                amounts.Remove("cpu");
                amounts.Remove("memory");
                if (amounts.Count == 0)
                {
                    rest.Remove(list);
                }
            }
        }

        return rest;
    }
}
