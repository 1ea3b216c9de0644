using System.Collections.Immutable;
using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Workloads;
using Crescent.Resources;

namespace Crescent.Grains.Networking;

/// <summary>A Service as the endpoint planners read it.</summary>
internal sealed class ServiceFacts
{
    public required ResourceSnapshot Snapshot { get; init; }

    /// <summary>Null: somebody else keeps the endpoints.</summary>
    public required LabelSelector? Selector { get; init; }
    public required bool IsExternalName { get; init; }
    public required bool IsHeadless { get; init; }
    public required bool PublishesNotReady { get; init; }
    public required ImmutableArray<JsonElement> Ports { get; init; }

    /// <summary>IPv4 or IPv6: the address family the Service's slices hold.</summary>
    public required string AddressType { get; init; }

    public string Name => Snapshot.Key.Name;

    public string Namespace => Snapshot.Key.Namespace;

    public static ServiceFacts Of(ResourceSnapshot snapshot)
    {
        var spec = snapshot.View().At("spec");
        return new()
        {
            Snapshot = snapshot,
            Selector = LabelSelector.ParseMap(spec.At("selector")),
            IsExternalName = spec.At("type").ValueEqualsText("ExternalName"),
            IsHeadless = spec.At("clusterIP").ValueEqualsText("None"),
            PublishesNotReady = spec.At("publishNotReadyAddresses").IsTrue(),
            Ports = [.. spec.At("ports").Items()],
            AddressType = spec.At("ipFamilies").Items().FirstOrDefault().Text() ?? "IPv4",
        };
    }

    /// <summary>The ports this pod answers on; a named target the pod does not have is left out.</summary>
    public ImmutableArray<EndpointPort> PortsOf(EndpointPod pod)
    {
        var ports = ImmutableArray.CreateBuilder<EndpointPort>(Ports.Length);
        foreach (var port in Ports)
        {
            var protocol = port.At("protocol").Text() ?? "TCP";
            var target = port.At("targetPort");
            var number = target.Text() is { Length: > 0 } name
                ? pod.FindPort(name, protocol)
                : target.Int() is { } fixedPort and > 0 ? fixedPort : port.At("port").Int();
            if (number is { } found)
            {
                ports.Add(new(port.At("name").Text() ?? "", protocol, found, port.At("appProtocol").Text() ?? ""));
            }
        }

        return ports.ToImmutable();
    }

    /// <summary>Labels that Endpoints and slices take over, with the mark of headless Services.</summary>
    public SortedDictionary<string, string> InheritedLabels()
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in Snapshot.Labels)
        {
            labels[name] = value;
        }

        labels.Remove(EndpointLabels.Headless);
        if (IsHeadless)
        {
            labels[EndpointLabels.Headless] = "";
        }

        return labels;
    }
}
