using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Resources;

namespace Crescent.Grains.Networking;

/// <summary>What Endpoints and EndpointSlices take from a pod. Equal values need no new endpoints.</summary>
internal sealed record EndpointPod
{
    public required string Namespace { get; init; }
    public required string Name { get; init; }
    public required string Uid { get; init; }

    /// <summary>Empty until the pod has an address.</summary>
    public string Ip { get; init; } = "";
    public string NodeName { get; init; } = "";
    public bool IsReady { get; init; }
    public bool IsTerminating { get; init; }
    public bool IsFinished { get; init; }
    public string Hostname { get; init; } = "";
    public string Subdomain { get; init; } = "";

    /// <summary><c>name/protocol=number</c> of named container ports, in order.</summary>
    public string NamedPorts { get; init; } = "";

    /// <summary>Has an address and processes behind it.</summary>
    public bool IsReachable => Ip.Length > 0 && !IsFinished;

    public static EndpointPod Of(ResourceSnapshot snapshot)
    {
        using var document = JsonDocument.Parse(snapshot.Body);
        var pod = document.RootElement;
        var spec = pod.At("spec");
        var status = pod.At("status");
        return new()
        {
            Namespace = snapshot.Key.Namespace,
            Name = snapshot.Key.Name,
            Uid = snapshot.Uid,
            Ip = status.At("podIP").Text() ?? "",
            NodeName = spec.At("nodeName").Text() ?? "",
            IsReady = status.At("conditions").Condition("Ready").At("status").ValueEqualsText("True"),
            IsTerminating = snapshot.DeletionTimestamp is not null,
            IsFinished = status.At("phase").Text() is "Succeeded" or "Failed",
            Hostname = spec.At("hostname").Text() ?? "",
            Subdomain = spec.At("subdomain").Text() ?? "",
            NamedPorts = ReadNamedPorts(spec.At("containers")) + ReadNamedPorts(spec.At("initContainers")),
        };
    }

    /// <summary>Number of a named container port; null when there is none.</summary>
    public int? FindPort(string name, string protocol)
    {
        var prefix = $"{name}/{protocol}=";
        foreach (var port in NamedPorts.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            if (port.StartsWith(prefix, StringComparison.Ordinal))
            {
                return int.Parse(port.AsSpan(prefix.Length), provider: System.Globalization.CultureInfo.InvariantCulture);
            }
        }

        return null;
    }

    private static string ReadNamedPorts(JsonElement containers)
    {
        var text = "";
        foreach (var container in containers.Items())
        {
            foreach (var port in container.At("ports").Items())
            {
                if (port.At("name").Text() is { Length: > 0 } name && port.At("containerPort").Int() is { } number)
                {
                    text += string.Create(
                        System.Globalization.CultureInfo.InvariantCulture, $"{name}/{port.At("protocol").Text() ?? "TCP"}={number};");
                }
            }
        }

        return text;
    }
}
