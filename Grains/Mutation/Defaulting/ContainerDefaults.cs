using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Defaulting;

/// <summary>Defaults of one container, its ports, probes and handlers.</summary>
internal static class ContainerDefaults
{
    public static void Apply(JsonObject container, bool isOnHostNetwork)
    {
        foreach (var port in container.Objects("ports"))
        {
            port.Default("protocol", "TCP");
            if (isOnHostNetwork && port["containerPort"] is { } containerPort)
            {
                port.Default("hostPort", containerPort.DeepClone());
            }
        }

        foreach (var variable in container.Objects("env"))
        {
            variable.Object("valueFrom", "fieldRef")?.Default("apiVersion", "v1");
            variable.Object("valueFrom", "resourceFieldRef")?.Default("divisor", "0");
        }

        foreach (var name in (ReadOnlySpan<string>)["livenessProbe", "readinessProbe", "startupProbe"])
        {
            ApplyProbe(container.Object(name));
        }

        ApplyHandler(container.Object("lifecycle", "postStart"));
        ApplyHandler(container.Object("lifecycle", "preStop"));
        container.Default("resources", new JsonObject());
        container.Default("terminationMessagePath", "/dev/termination-log");
        container.Default("terminationMessagePolicy", "File");
        container.Default("imagePullPolicy", PullPolicy(container.Text("image")));
    }

    // A moving tag is pulled every time.
    private static string PullPolicy(string image)
    {
        if (image.Contains('@', StringComparison.Ordinal))
        {
            return "IfNotPresent";
        }

        var name = image[(image.LastIndexOf('/') + 1)..];
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 || name[(colon + 1)..] == "latest" ? "Always" : "IfNotPresent";
    }

    private static void ApplyProbe(JsonObject? probe)
    {
        if (probe is null)
        {
            return;
        }

        ApplyHandler(probe);
        probe.Default("timeoutSeconds", 1);
        probe.Default("periodSeconds", 10);
        probe.Default("successThreshold", 1);
        probe.Default("failureThreshold", 3);
    }

    private static void ApplyHandler(JsonObject? handler)
    {
        if (handler.Object("httpGet") is { } http)
        {
            http.Default("path", "/");
            http.Default("scheme", "HTTP");
        }

        handler.Object("grpc")?.Default("service", "");
    }
}
