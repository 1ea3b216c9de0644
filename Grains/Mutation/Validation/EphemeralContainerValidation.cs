using System.Globalization;
using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>
/// <see href="https://kubernetes.io/docs/concepts/workloads/pods/ephemeral-containers/">Ephemeral containers</see> come through their own
/// subresource, into a pod that is there, and stay as they came.
/// </summary>
internal static class EphemeralContainerValidation
{
    private const string Path = "spec.ephemeralContainers";

    private static readonly string[] Unfit =
    [
        "lifecycle", "livenessProbe", "ports", "readinessProbe", "resizePolicy", "resources", "restartPolicy", "restartPolicyRules", "startupProbe",
    ];

    public static void Take(JsonObject pod, JsonObject body)
    {
        if (body.Object("spec").Array("ephemeralContainers") is { Count: > 0 } containers)
        {
            pod.Ensure("spec")["ephemeralContainers"] = containers.DeepClone();
        }
        else
        {
            pod.Object("spec")?.Remove("ephemeralContainers");
        }
    }

    public static void New(JsonObject pod, Problems problems)
    {
        if (pod.Object("spec").Array("ephemeralContainers") is { Count: > 0 })
        {
            problems.Forbidden(Path, "cannot be set on create");
        }
    }

    /// <param name="spec">The pod spec.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="parts">What the containers may refer to.</param>
    /// <param name="names">Names of the pod's other containers; gets those of the ephemeral ones.</param>
    /// <param name="problems">Gets what is wrong.</param>
    public static void Validate(JsonObject? spec, string path, PodParts parts, HashSet<string> names, Problems problems)
    {
        var targets = names.ToHashSet(StringComparer.Ordinal);
        var index = 0;
        foreach (var container in spec.Objects("ephemeralContainers"))
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{path}.ephemeralContainers[{index++}]");
            ContainerValidation.Validate(container, at, parts, problems);
            if (container.Text("name") is { Length: > 0 } name && !names.Add(name))
            {
                problems.Duplicate($"{at}.name", name);
            }

            if (container.Text("targetContainerName") is { Length: > 0 } target && !targets.Contains(target))
            {
                problems.Add("FieldValueNotFound", $"{at}.targetContainerName", $"Not found: \"{target}\"");
            }

            foreach (var field in Unfit.Where(field => container[field] is { } value && value is not JsonObject { Count: 0 } and not JsonArray { Count: 0 }))
            {
                problems.Forbidden($"{at}.{field}", "cannot be set for an Ephemeral Container");
            }

            var mountIndex = 0;
            foreach (var mount in container.Objects("volumeMounts"))
            {
                foreach (var field in ((string[])["subPath", "subPathExpr"]).Where(field => mount.Text(field).Length > 0))
                {
                    problems.Forbidden($"{at}.volumeMounts[{mountIndex}].{field}", "cannot be set for an Ephemeral Container");
                }

                mountIndex++;
            }
        }
    }

    public static void Update(JsonObject pod, JsonObject old, Problems problems)
    {
        var now = pod.Object("spec").Objects("ephemeralContainers").ToLookup(static container => container.Text("name"), StringComparer.Ordinal);
        foreach (var container in old.Object("spec").Objects("ephemeralContainers"))
        {
            var name = container.Text("name");
            if (now[name].FirstOrDefault() is not { } same)
            {
                problems.Forbidden(Path, $"existing ephemeral containers \"{name}\" may not be removed\n");
            }
            else if (!same.SameAs(container))
            {
                problems.Forbidden(Path, $"existing ephemeral containers \"{name}\" may not be changed\n");
            }
        }
    }
}
