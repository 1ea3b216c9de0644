using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>One container of a pod spec.</summary>
internal static class ContainerValidation
{
    public static void Validate(JsonObject container, string path, PodParts parts, Problems problems)
    {
        var name = container.Text("name");
        if (name.Length == 0)
        {
            problems.Required($"{path}.name");
        }
        else if (NameRules.Label(name) is { } problem)
        {
            problems.Invalid($"{path}.name", name, problem);
        }

        var image = container.Text("image");
        if (image.Length == 0)
        {
            problems.Required($"{path}.image");
        }
        else if (image.Trim() != image)
        {
            problems.Invalid($"{path}.image", image, "must not have leading or trailing whitespace");
        }

        Ports(container, path, problems);
        Environment(container, path, problems);
        EnvironmentSources(container, path, problems);
        Mounts(container, path, parts.Volumes, problems);
        Devices(container, path, parts.Volumes, problems);
        SecurityContextValidation.Container(container, path, parts.OwnsUsers, problems);
        PodResourceValidation.Container(container, path, parts, problems);
        problems.OneOf(container, "imagePullPolicy", path, "Always", "IfNotPresent", "Never");
        problems.OneOf(container, "terminationMessagePolicy", path, "FallbackToLogsOnError", "File");
    }

    public static void Port(JsonObject owner, string name, string path, Problems problems)
    {
        if (owner.Integer(name) is { } port && port is < 1 or > 65535)
        {
            problems.Invalid($"{path}.{name}", owner.Integer(name), "must be between 1 and 65535, inclusive");
        }
    }

    private static void Ports(JsonObject container, string path, Problems problems)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var port in container.Objects("ports"))
        {
            var at = $"{path}.ports[{index++}]";
            if (port.Text("name") is { Length: > 0 } name)
            {
                if (NameRules.PortName(name) is { } problem)
                {
                    problems.Invalid($"{at}.name", name, problem);
                }
                else if (!names.Add(name))
                {
                    problems.Duplicate($"{at}.name", name);
                }
            }

            if (port.Integer("containerPort") is null or 0)
            {
                problems.Required($"{at}.containerPort");
            }

            Port(port, "containerPort", at, problems);
            Port(port, "hostPort", at, problems);
            problems.OneOf(port, "protocol", at, "SCTP", "TCP", "UDP");
        }
    }

    private static void Environment(JsonObject container, string path, Problems problems)
    {
        var index = 0;
        foreach (var variable in container.Objects("env"))
        {
            var at = $"{path}.env[{index++}]";
            var name = variable.Text("name");
            if (name.Length == 0)
            {
                problems.Required($"{at}.name");
            }
            else if (NameRules.EnvironmentName(name) is { } problem)
            {
                problems.Invalid($"{at}.name", name, problem);
            }

            if (variable.Object("valueFrom") is not { } source)
            {
                continue;
            }

            if (variable.Text("value").Length > 0)
            {
                problems.Invalid($"{at}.valueFrom", "", "may not be specified when `value` is not empty");
            }

            if (source.Count == 0)
            {
                problems.Invalid($"{at}.valueFrom", "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`");
            }
            else if (source.Count > 1)
            {
                problems.Invalid($"{at}.valueFrom", "", "may not have more than one field specified at a time");
            }

            if (source.Object("fieldRef") is { } field)
            {
                FieldReferenceValidation.Field(field, isFile: false, $"{at}.valueFrom.fieldRef", problems);
            }

            if (source.Object("resourceFieldRef") is { } amount)
            {
                FieldReferenceValidation.Resource(amount, isFile: false, $"{at}.valueFrom.resourceFieldRef", problems);
            }

            foreach (var reference in (ReadOnlySpan<string>)["configMapKeyRef", "secretKeyRef"])
            {
                if (source.Object(reference) is { } key)
                {
                    if (key.Text("key").Length == 0)
                    {
                        problems.Required($"{at}.valueFrom.{reference}.key");
                    }
                    else if (NameRules.ConfigKey(key.Text("key")) is { } keyProblem)
                    {
                        problems.Invalid($"{at}.valueFrom.{reference}.key", key.Text("key"), keyProblem);
                    }
                }
            }
        }
    }

    private static void EnvironmentSources(JsonObject container, string path, Problems problems)
    {
        var index = 0;
        foreach (var source in container.Objects("envFrom"))
        {
            var at = $"{path}.envFrom[{index++}]";
            if (source.Text("prefix") is { Length: > 0 } prefix && NameRules.EnvironmentName(prefix) is { } problem)
            {
                problems.Invalid($"{at}.prefix", prefix, problem);
            }

            if (source.Has("configMapRef") && source.Has("secretRef"))
            {
                problems.Invalid(at, "", "may not have more than one field specified at a time");
            }
            else if (!source.Has("configMapRef") && !source.Has("secretRef"))
            {
                problems.Invalid(at, "", "must specify one of: `configMapRef` or `secretRef`");
            }
        }
    }

    private static void Mounts(JsonObject container, string path, HashSet<string> volumes, Problems problems)
    {
        var places = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var mount in container.Objects("volumeMounts"))
        {
            var at = $"{path}.volumeMounts[{index++}]";
            var name = mount.Text("name");
            if (name.Length == 0)
            {
                problems.Required($"{at}.name");
            }
            else if (!volumes.Contains(name))
            {
                problems.Add("FieldValueNotFound", $"{at}.name", $"Not found: \"{name}\"");
            }

            if (mount.Text("mountPath") is not { Length: > 0 } place)
            {
                problems.Required($"{at}.mountPath");
            }
            else if (!places.Add(place))
            {
                problems.Invalid($"{at}.mountPath", place, "must be unique");
            }

            problems.OneOf(mount, "mountPropagation", $"{path}.volumeMounts", "Bidirectional", "HostToContainer", "None");
            if (mount.Text("mountPropagation") == "Bidirectional" && !container.Object("securityContext").Flag("privileged"))
            {
                problems.Forbidden($"{path}.volumeMounts.mountPropagation", "Bidirectional mount propagation is available only to privileged containers");
            }

            if (mount.Text("subPath").Length > 0 && mount.Text("subPathExpr").Length > 0)
            {
                problems.Invalid($"{at}.subPathExpr", mount.Text("subPathExpr"), "subPathExpr and subPath are mutually exclusive");
            }

            // Kubernetes names no index here.
            PathText.Descending(mount.Text("subPath"), $"{path}.volumeMounts.subPath", problems);
            PathText.Descending(mount.Text("subPathExpr"), $"{path}.volumeMounts.subPathExpr", problems);
            Recursive(mount, $"{path}.volumeMounts.recursiveReadOnly", problems);
        }
    }

    private static void Recursive(JsonObject mount, string path, Problems problems)
    {
        switch (mount.Text("recursiveReadOnly"))
        {
            case "" or "Disabled":
                break;
            case "Enabled" or "IfPossible":
                if (!mount.Flag("readOnly"))
                {
                    problems.Forbidden(path, "may only be specified when readOnly is true");
                }

                if (mount.Text("mountPropagation") is not ("" or "None"))
                {
                    problems.Forbidden(path, "may only be specified when mountPropagation is None or not specified");
                }

                break;
            case var mode:
                problems.NotSupported(path, mode, "Disabled", "Enabled", "IfPossible");
                break;
        }
    }

    private static void Devices(JsonObject container, string path, HashSet<string> volumes, Problems problems)
    {
        var (names, places) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        var (mounted, mountedAt) = (container.Objects("volumeMounts").Select(static mount => mount.Text("name")).ToHashSet(StringComparer.Ordinal),
            container.Objects("volumeMounts").Select(static mount => mount.Text("mountPath")).ToHashSet(StringComparer.Ordinal));
        var index = 0;
        foreach (var device in container.Objects("volumeDevices"))
        {
            var (at, name, place) = ($"{path}.volumeDevices[{index++}]", device.Text("name"), device.Text("devicePath"));
            if (name.Length == 0)
            {
                problems.Required($"{at}.name");
            }
            else if (!names.Add(name))
            {
                problems.Invalid($"{at}.name", name, "must be unique");
            }

            if (!volumes.Contains(name))
            {
                problems.Add("FieldValueNotFound", $"{at}.name", $"Not found: \"{name}\"");
            }

            if (place.Length == 0)
            {
                problems.Required($"{at}.devicePath");
            }
            else if (PathText.HasBacksteps(place))
            {
                problems.Invalid($"{at}.devicePath", place, "can not contain backsteps ('..')");
            }
            else if (!places.Add(place))
            {
                problems.Invalid($"{at}.devicePath", place, "must be unique");
            }

            if (mounted.Contains(name))
            {
                problems.Invalid($"{at}.name", name, "must not already exist in volumeMounts");
            }

            if (mountedAt.Contains(place))
            {
                problems.Invalid($"{at}.devicePath", place, "must not already exist as a path in volumeMounts");
            }
        }
    }
}
