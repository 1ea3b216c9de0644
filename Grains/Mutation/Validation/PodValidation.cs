using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>Pods and the pod specs inside templates.</summary>
internal static class PodValidation
{
    /// <summary>A pod, new or changed.</summary>
    public static void Pod(JsonObject pod, Problems problems)
    {
        var spec = pod.Object("spec");
        PodAnnotationValidation.Validate(pod.Object("metadata"), spec, "metadata.annotations", problems);
        Spec(spec, "spec", problems, pod: pod.Object("metadata").Text("name"));
        ProjectionValidation.Account(spec, problems);
    }

    /// <summary>What only a new pod may not have.</summary>
    public static void New(JsonObject pod, Problems problems)
    {
        var spec = pod.Object("spec");
        EphemeralContainerValidation.New(pod, problems);
        if (spec.Text("nodeName").Length > 0 && spec.Array("schedulingGates") is { Count: > 0 })
        {
            problems.Forbidden("spec.nodeName", "cannot be set until all schedulingGates have been cleared");
        }

        PodAnnotationValidation.Match(pod, problems);
    }

    /// <param name="spec">The pod spec.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="problems">Gets what is wrong.</param>
    /// <param name="claims">Further volumes that may be mounted: those of claim templates.</param>
    /// <param name="pod">Name of the pod; empty for a template.</param>
    public static void Spec(JsonObject? spec, string path, Problems problems, IEnumerable<string>? claims = null, string pod = "")
    {
        var volumes = VolumeValidation.Validate(spec, pod, path, problems);
        volumes.UnionWith(claims ?? []);
        var grace = spec.Integer("terminationGracePeriodSeconds");
        var parts = new PodParts(
            volumes, PodResourceValidation.Claims(spec, path, problems), grace, spec.Has("hostUsers") && !spec.Flag("hostUsers"), spec.Text("restartPolicy") == "Never");
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
                ContainerValidation.Validate(container, at, parts, problems);
                Restarting(container, list == "initContainers", at, grace, problems);
                if (container.Text("name") is { Length: > 0 } name && !names.Add(name))
                {
                    problems.Duplicate($"{at}.name", name);
                }
            }
        }

        EphemeralContainerValidation.Validate(spec, path, parts, names, problems);
        PodResourceValidation.Pod(spec, path, problems);
        HostPorts(spec, path, problems);
        problems.OneOf(spec, "restartPolicy", path, "Always", "Never", "OnFailure");
        problems.OneOf(spec, "preemptionPolicy", path, "Never", "PreemptLowerPriority");
        PodNameValidation.Validate(spec, path, problems);
        SecurityContextValidation.Pod(spec, path, problems);
        AffinityValidation.Affinity(spec.Object("affinity"), $"{path}.affinity", problems);
        AffinityValidation.Spreading(spec, path, problems);
        Gates(spec, path, problems);
        WindowsValidation.HostProcess(spec, path, problems);
        problems.NonNegative(spec, "terminationGracePeriodSeconds", path);
        if (spec.Integer("activeDeadlineSeconds") is { } deadline && deadline is < 1 or > int.MaxValue)
        {
            problems.Invalid($"{path}.activeDeadlineSeconds", spec.Integer("activeDeadlineSeconds"), "must be between 1 and 2147483647, inclusive");
        }

        MetadataValidation.Labels(spec.Object("nodeSelector"), $"{path}.nodeSelector", problems);
        Name(spec, "serviceAccountName", path, NameRules.Subdomain, problems);
        Name(spec, "nodeName", path, NameRules.Subdomain, problems);
        Name(spec, "priorityClassName", path, NameRules.Subdomain, problems);
        Name(spec, "runtimeClassName", path, NameRules.Subdomain, problems);
        Name(spec, "hostname", path, NameRules.Label, problems);
        Name(spec, "subdomain", path, NameRules.Label, problems);
        Tolerations(spec, path, problems);
        PodResourceValidation.Overhead(spec, path, problems);
        WindowsValidation.OperatingSystem(spec, path, problems);
    }

    // What is started before the others runs to its end, unless it is a sidecar.
    private static void Restarting(JsonObject container, bool isFirst, string path, long? grace, Problems problems)
    {
        if (isFirst)
        {
            problems.OneOf(container, "restartPolicy", path, "Always");
        }

        if (!isFirst || container.Text("restartPolicy") == "Always")
        {
            ProbeValidation.Validate(container, path, grace, problems);
            return;
        }

        foreach (var name in (ReadOnlySpan<string>)["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"])
        {
            if (container.Has(name))
            {
                problems.Forbidden($"{path}.{name}", "may not be set for init containers without restartPolicy=Always");
            }
        }
    }

    private static void Gates(JsonObject? spec, string path, Problems problems)
    {
        var index = 0;
        foreach (var gate in spec.Objects("readinessGates"))
        {
            if (NameRules.QualifiedName(gate.Text("conditionType")) is { } problem)
            {
                problems.Invalid($"{path}.readinessGates[{index}].conditionType", gate.Text("conditionType"), problem);
            }

            index++;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        index = 0;
        foreach (var name in spec.Objects("schedulingGates").Select(static gate => gate.Text("name")))
        {
            var at = $"{path}.schedulingGates[{index++}]";
            if (NameRules.QualifiedName(name) is { } problem)
            {
                problems.Invalid(at, name, problem);
            }
            else if (!names.Add(name))
            {
                problems.Duplicate(at, name);
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
                var portPath = $"{path}.containers[{containerIndex}].ports[{portIndex++}]";
                var at = $"{portPath}.hostPort";
                if (spec.Flag("hostNetwork") && port.Integer("hostPort") is { } published && published != port.Integer("containerPort"))
                {
                    problems.Invalid(at, published, "must match `containerPort` when `hostNetwork` is true");
                }

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
            if (toleration.Text("operator") is "" or "Equal" && NameRules.LabelValue(toleration.Text("value")) is { } valueProblem)
            {
                problems.Invalid($"{at}.operator", toleration.Text("value"), valueProblem);
            }

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
                problems.Invalid($"{at}.operator", toleration.Text("value"), "value must be empty when `operator` is 'Exists'");
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
