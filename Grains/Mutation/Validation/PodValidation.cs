using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>Pods and the pod specs inside templates.</summary>
internal static class PodValidation
{
    private const string UpdateRule =
        "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

    public static void Create(JsonObject pod, Problems problems) => Spec(pod.Object("spec"), "spec", problems);

    /// <param name="spec">The pod spec.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="problems">Gets what is wrong.</param>
    /// <param name="claims">Further volumes that may be mounted: those of claim templates.</param>
    public static void Spec(JsonObject? spec, string path, Problems problems, IEnumerable<string>? claims = null)
    {
        var volumes = Volumes(spec, path, problems);
        volumes.UnionWith(claims ?? []);
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (spec.Array("containers") is not { Count: > 0 })
        {
            problems.Required($"{path}.containers");
        }

        foreach (var list in (ReadOnlySpan<string>)["initContainers", "containers"])
        {
            var index = 0;
            foreach (var container in spec.Objects(list))
            {
                var at = $"{path}.{list}[{index++}]";
                ContainerValidation.Validate(container, at, volumes, problems);
                if (container.Text("name") is { Length: > 0 } name && !names.Add(name))
                {
                    problems.Duplicate($"{at}.name", name);
                }
            }
        }

        EphemeralContainerValidation.Validate(spec, path, volumes, names, problems);
        HostPorts(spec, path, problems);
        problems.OneOf(spec, "restartPolicy", path, "Always", "Never", "OnFailure");
        problems.OneOf(spec, "dnsPolicy", path, "ClusterFirst", "ClusterFirstWithHostNet", "Default", "None");
        if (spec.Text("dnsPolicy") == "None" && spec.Object("dnsConfig").Array("nameservers") is not { Count: > 0 })
        {
            problems.Required($"{path}.dnsConfig.nameservers", "must provide at least one DNS nameserver when `dnsPolicy` is None");
        }

        problems.NonNegative(spec, "terminationGracePeriodSeconds", path);
        if (spec.Integer("activeDeadlineSeconds") is { } deadline && deadline is < 1 or > int.MaxValue)
        {
            problems.Invalid($"{path}.activeDeadlineSeconds", spec.Integer("activeDeadlineSeconds"), "must be between 1 and 2147483647, inclusive");
        }

        MetadataValidation.Labels(spec.Object("nodeSelector"), $"{path}.nodeSelector", problems);
        Name(spec, "serviceAccountName", path, NameRules.Subdomain, problems);
        Name(spec, "nodeName", path, NameRules.Subdomain, problems);
        Name(spec, "priorityClassName", path, NameRules.Subdomain, problems);
        Name(spec, "hostname", path, NameRules.Label, problems);
        Name(spec, "subdomain", path, NameRules.Label, problems);
        Tolerations(spec, path, problems);
    }

    /// <summary>
    /// A running pod may change its images, labels, annotations, deadline and gain tolerations; the rest of the spec stays.
    /// </summary>
    public static void Update(JsonObject updated, JsonObject old, Problems problems)
    {
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

    private static bool IsSameButSeconds(JsonNode? after, JsonNode? before)
    {
        var (left, right) = (after?.DeepClone() as JsonObject, before?.DeepClone() as JsonObject);
        left?.Remove("tolerationSeconds");
        right?.Remove("tolerationSeconds");
        return left.SameAs(right) && (before as JsonObject).Text("effect") == "NoExecute";
    }

    private static HashSet<string> Volumes(JsonObject? spec, string path, Problems problems)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var volume in spec.Objects("volumes"))
        {
            var at = $"{path}.volumes[{index++}]";
            var name = volume.Text("name");
            if (name.Length == 0)
            {
                problems.Required($"{at}.name");
            }
            else if (NameRules.Label(name) is { } problem)
            {
                problems.Invalid($"{at}.name", name, problem);
            }
            else if (!names.Add(name))
            {
                problems.Duplicate($"{at}.name", name);
            }

            var sources = volume.Select(static member => member.Key).Where(static key => key != "name").ToList();
            if (sources.Count == 0)
            {
                problems.Required(at, "must specify a volume type");
            }

            foreach (var source in sources.Skip(1))
            {
                problems.Forbidden($"{at}.{source}", "may not specify more than 1 volume type");
            }

            VolumeSource(volume, at, problems);
        }

        return names;
    }

    private static void VolumeSource(JsonObject volume, string at, Problems problems)
    {
        if (volume.Object("hostPath") is { } hostPath && hostPath.Text("path").Length == 0)
        {
            problems.Required($"{at}.hostPath.path");
        }

        if (volume.Object("secret") is { } secret && secret.Text("secretName").Length == 0)
        {
            problems.Required($"{at}.secret.secretName");
        }

        if (volume.Object("configMap") is { } configMap && configMap.Text("name").Length == 0)
        {
            problems.Required($"{at}.configMap.name");
        }

        if (volume.Object("persistentVolumeClaim") is { } claim && claim.Text("claimName").Length == 0)
        {
            problems.Required($"{at}.persistentVolumeClaim.claimName");
        }

        foreach (var source in (ReadOnlySpan<string>)["secret", "configMap", "projected", "downwardAPI"])
        {
            if (volume.Object(source).Integer("defaultMode") is { } mode && mode is < 0 or > 511)
            {
                problems.Invalid($"{at}.{source}.defaultMode", volume.Object(source).Integer("defaultMode"), "must be a number between 0 and 0777 (octal), both inclusive");
            }

            var index = 0;
            foreach (var item in volume.Object(source).Objects("items"))
            {
                var itemPath = $"{at}.{source}.items[{index++}]";
                if (source != "downwardAPI" && item.Text("key").Length == 0)
                {
                    problems.Required($"{itemPath}.key");
                }

                if (item.Text("path").Length == 0)
                {
                    problems.Required($"{itemPath}.path");
                }
                else if (item.Text("path").Split('/').Contains("..", StringComparer.Ordinal))
                {
                    problems.Invalid($"{itemPath}.path", item.Text("path"), "must not contain '..'");
                }
            }
        }
    }

    private static void HostPorts(JsonObject? spec, string path, Problems problems)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var containerIndex = 0;
        foreach (var container in spec.Objects("containers"))
        {
            var portIndex = 0;
            foreach (var port in container.Objects("ports"))
            {
                var at = $"{path}.containers[{containerIndex}].ports[{portIndex++}].hostPort";
                if (port.Integer("hostPort") is > 0 and var hostPort && !taken.Add($"{port.Text("protocol")}/{port.Text("hostIP")}/{hostPort}"))
                {
                    problems.Duplicate(at, $"{port.Text("protocol")}/{port.Text("hostIP")}/{hostPort}");
                }
            }

            containerIndex++;
        }
    }

    private static void Tolerations(JsonObject? spec, string path, Problems problems)
    {
        var index = 0;
        foreach (var toleration in spec.Objects("tolerations"))
        {
            var at = $"{path}.tolerations[{index++}]";
            if (toleration.Text("key") is { Length: > 0 } key && NameRules.QualifiedName(key) is { } problem)
            {
                problems.Invalid($"{at}.key", key, problem);
            }

            problems.OneOf(toleration, "operator", at, "Equal", "Exists");
            problems.OneOf(toleration, "effect", at, "NoExecute", "NoSchedule", "PreferNoSchedule");
            if (toleration.Text("key").Length == 0 && toleration.Text("operator") != "Exists")
            {
                problems.Invalid($"{at}.operator", toleration.Text("operator"), "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
            }

            if (toleration.Has("tolerationSeconds") && toleration.Text("effect") != "NoExecute")
            {
                problems.Invalid($"{at}.effect", toleration.Text("effect"), "effect must be 'NoExecute' when `tolerationSeconds` is set");
            }

            if (toleration.Text("operator") == "Exists" && toleration.Text("value").Length > 0)
            {
                problems.Invalid($"{at}.operator", toleration.DeepClone(), "value must be empty when `operator` is 'Exists'");
            }
        }
    }

    private static void Name(JsonObject? spec, string name, string path, Func<string, string?> rule, Problems problems)
    {
        if (spec.Text(name) is { Length: > 0 } text && rule(text) is { } problem)
        {
            problems.Invalid($"{path}.{name}", text, problem);
        }
    }
}
