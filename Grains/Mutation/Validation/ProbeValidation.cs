using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>Probes and lifecycle hooks of a container, and what they call.</summary>
internal static class ProbeValidation
{
    private const string HeaderMessage =
        "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')";

    /// <param name="container">The container.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="grace">The pod's <c>terminationGracePeriodSeconds</c>: no hook may sleep longer.</param>
    /// <param name="problems">Gets what is wrong.</param>
    public static void Validate(JsonObject container, string path, long? grace, Problems problems)
    {
        foreach (var hook in (ReadOnlySpan<string>)["postStart", "preStop"])
        {
            if (container.Object("lifecycle", hook) is { } handler)
            {
                Handler(handler, $"{path}.lifecycle.{hook}", ["exec", "httpGet", "tcpSocket", "sleep"], grace, problems);
            }
        }

        foreach (var name in (ReadOnlySpan<string>)["livenessProbe", "readinessProbe", "startupProbe"])
        {
            if (container.Object(name) is { } probe)
            {
                Probe(probe, $"{path}.{name}", mayNeedMoreSuccess: name == "readinessProbe", problems);
            }
        }
    }

    private static void Probe(JsonObject probe, string path, bool mayNeedMoreSuccess, Problems problems)
    {
        Handler(probe, path, ["exec", "httpGet", "tcpSocket", "grpc"], null, problems);
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

    private static void Handler(JsonObject handler, string path, ReadOnlySpan<string> kinds, long? grace, Problems problems)
    {
        var found = false;
        foreach (var kind in kinds)
        {
            if (handler.Object(kind) is not { } action)
            {
                continue;
            }

            if (found)
            {
                problems.Forbidden($"{path}.{kind}", "may not specify more than 1 handler type");
                continue;
            }

            found = true;
            Action(kind, action, $"{path}.{kind}", grace, problems);
        }

        if (!found)
        {
            problems.Required(path, "must specify a handler type");
        }
    }

    private static void Action(string kind, JsonObject action, string path, long? grace, Problems problems)
    {
        switch (kind)
        {
            case "exec" when action.Array("command") is not { Count: > 0 }:
                problems.Required($"{path}.command");
                break;
            case "httpGet":
                Http(action, path, problems);
                break;
            case "tcpSocket" or "grpc":
                Port(action, path, problems);
                break;
            case "sleep" when grace is { } most && (action.Integer("seconds") ?? 0) is var seconds && (seconds < 0 || seconds > most):
                problems.Invalid(path, seconds, $"must be non-negative and less than terminationGracePeriodSeconds ({most})");
                break;
        }
    }

    private static void Http(JsonObject action, string path, Problems problems)
    {
        if (action.Text("path").Length == 0)
        {
            problems.Required($"{path}.path");
        }

        Port(action, path, problems);
        if (action.Text("scheme") is not ("HTTP" or "HTTPS") and var scheme)
        {
            problems.NotSupported($"{path}.scheme", scheme, "HTTP", "HTTPS");
        }

        foreach (var name in action.Objects("httpHeaders").Select(static header => header.Text("name")))
        {
            if (name.Length == 0 || !name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter == '-'))
            {
                problems.Invalid($"{path}.httpHeaders", name, HeaderMessage);
            }
        }
    }

    private static void Port(JsonObject action, string path, Problems problems)
    {
        if (action["port"] is JsonValue value && value.GetValueKind() == System.Text.Json.JsonValueKind.String)
        {
            if (NameRules.PortName(value.AsText()) is { } problem)
            {
                problems.Invalid($"{path}.port", value.AsText(), problem);
            }
        }
        else if ((action.Integer("port") ?? 0) is (< 1 or > 65535) and var port)
        {
            problems.Invalid($"{path}.port", port, "must be between 1 and 65535, inclusive");
        }
    }
}
