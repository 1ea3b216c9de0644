using System.Numerics;
using System.Text.Json.Nodes;
using Crescent.Schema;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>One container of a pod spec.</summary>
internal static class ContainerValidation
{
    public static void Validate(JsonObject container, string path, HashSet<string> volumes, Problems problems)
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
        Mounts(container, path, volumes, problems);
        SecurityContextValidation.Container(container, path, problems);
        Resources(container.Object("resources"), $"{path}.resources", problems);
        foreach (var probe in (ReadOnlySpan<string>)["livenessProbe", "readinessProbe", "startupProbe"])
        {
            Probe(container.Object(probe), $"{path}.{probe}", mayNeedMoreSuccess: probe == "readinessProbe", problems);
        }

        foreach (var hook in (ReadOnlySpan<string>)["postStart", "preStop"])
        {
            if (container.Object("lifecycle", hook) is { } handler)
            {
                Handler(handler, $"{path}.lifecycle.{hook}", problems);
            }
        }

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

            if (source.Object("fieldRef") is { } field && field.Text("fieldPath").Length == 0)
            {
                problems.Required($"{at}.valueFrom.fieldRef.fieldPath");
            }

            if (source.Object("resourceFieldRef") is { } amount && amount.Text("resource").Length == 0)
            {
                problems.Required($"{at}.valueFrom.resourceFieldRef.resource");
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

            problems.OneOf(mount, "mountPropagation", at, "Bidirectional", "HostToContainer", "None");
            if (mount.Text("mountPropagation") == "Bidirectional" && !container.Object("securityContext").Flag("privileged"))
            {
                problems.Forbidden($"{at}.mountPropagation", "Bidirectional mount propagation is available only to privileged containers");
            }

            if (mount.Text("subPath").Length > 0 && mount.Text("subPathExpr").Length > 0)
            {
                problems.Invalid($"{at}.subPathExpr", mount.Text("subPathExpr"), "subPathExpr and subPath are mutually exclusive");
            }

            if (mount.Text("subPath") is { Length: > 0 } subPath && (subPath.StartsWith('/') || subPath.Split('/').Contains("..", StringComparer.Ordinal)))
            {
                problems.Invalid($"{at}.subPath", subPath, subPath.StartsWith('/') ? "must be a relative path" : "must not contain '..'");
            }
        }
    }

    private static void Resources(JsonObject? resources, string path, Problems problems)
    {
        foreach (var list in (ReadOnlySpan<string>)["limits", "requests"])
        {
            foreach (var (name, value) in resources.Object(list) ?? [])
            {
                var at = $"{path}.{list}.{name}";
                if (name is not ("cpu" or "memory" or "ephemeral-storage") && !name.StartsWith("hugepages-", StringComparison.Ordinal)
                    && !name.Contains('/', StringComparison.Ordinal))
                {
                    problems.Invalid($"{path}.{list}", name, "must be a standard resource type or fully qualified");
                }

                if (!QuantityText.TryParseNano(value.AsText(), out var amount))
                {
                    continue;
                }

                if (amount.Sign < 0)
                {
                    problems.Invalid($"{path}.{list}[{name}]", value?.DeepClone(), "must be greater than or equal to 0");
                }

                if (name.Contains('/', StringComparison.Ordinal) && !amount.IsWhole())
                {
                    problems.Invalid($"{path}.{list}[{name}]", value?.DeepClone(), "must be an integer");
                }

                if (list == "requests")
                {
                    Request(resources!, name, value!, amount, path, problems);
                }
            }
        }
    }

    // Of what a node cannot give twice, neither more nor less than the limit can be asked for.
    private static void Request(JsonObject resources, string name, JsonNode value, BigInteger amount, string path, Problems problems)
    {
        var isShared = name is "cpu" or "memory" or "ephemeral-storage";
        var text = resources.Object("limits").Text(name);
        if (!QuantityText.TryParseNano(text, out var limit))
        {
            if (!isShared)
            {
                problems.Required($"{path}.limits", "Limit must be set for non overcommitable resources");
            }
        }
        else if (amount != limit && !isShared)
        {
            problems.Invalid($"{path}.requests", value.DeepClone(), $"must be equal to {name} limit of {text}");
        }
        else if (amount > limit)
        {
            problems.Invalid($"{path}.requests", value.DeepClone(), $"must be less than or equal to {name} limit of {text}");
        }
    }

    private static void Probe(JsonObject? probe, string path, bool mayNeedMoreSuccess, Problems problems)
    {
        if (probe is null)
        {
            return;
        }

        Handler(probe, path, problems);
        foreach (var name in (ReadOnlySpan<string>)["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"])
        {
            problems.NonNegative(probe, name, path);
        }

        if (probe.Integer("terminationGracePeriodSeconds") is { } grace)
        {
            if (mayNeedMoreSuccess)
            {
                problems.Invalid($"{path}.terminationGracePeriodSeconds", grace, "must not be set for readinessProbes");
            }
            else if (grace <= 0)
            {
                problems.Invalid($"{path}.terminationGracePeriodSeconds", grace, "must be greater than 0");
            }
        }

        if (!mayNeedMoreSuccess && probe.Integer("successThreshold") is { } successes && successes != 1)
        {
            problems.Invalid($"{path}.successThreshold", successes, "must be 1");
        }
    }

    private static void Handler(JsonObject handler, string path, Problems problems)
    {
        var kinds = ((string[])["exec", "httpGet", "tcpSocket", "grpc", "sleep"]).Where(kind => handler.Object(kind) is not null).ToList();
        if (kinds.Count == 0)
        {
            problems.Required(path, "must specify a handler type");
        }

        foreach (var kind in kinds.Skip(1))
        {
            problems.Forbidden($"{path}.{kind}", "may not specify more than 1 handler type");
        }

        if (handler.Object("exec") is { } exec && exec.Array("command") is not { Count: > 0 })
        {
            problems.Required($"{path}.exec.command");
        }

        foreach (var kind in (ReadOnlySpan<string>)["httpGet", "tcpSocket"])
        {
            if (handler.Object(kind) is { } target)
            {
                if (target.Text("port") is { Length: > 0 } name && NameRules.PortName(name) is { } problem)
                {
                    problems.Invalid($"{path}.{kind}.port", name, problem);
                }
                else if (!target.Has("port"))
                {
                    problems.Required($"{path}.{kind}.port");
                }

                Port(target, "port", $"{path}.{kind}", problems);
            }
        }
    }
}
