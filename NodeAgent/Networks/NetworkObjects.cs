using System.Collections.Immutable;
using System.Net;
using System.Text.Json;

namespace Crescent.NodeAgent.Networks;

/// <summary>Reads the few fields the node needs from Services, EndpointSlices and Nodes. Null for what cannot be used.</summary>
internal static class NetworkObjects
{
    private const string ServiceNameLabel = "kubernetes.io/service-name";
    private const int DefaultAffinitySeconds = 10800;

    public static ServiceView? ReadService(ReadOnlyMemory<byte> body)
    {
        using var document = Parse(body);
        if (document is null || ReadId(document.RootElement) is not { } id)
        {
            return null;
        }

        var spec = document.RootElement.Object("spec");
        var clusterIps = spec.Array("clusterIPs").Select(item => item.GetString()).ToArray();
        if (clusterIps.Length == 0 && spec.Text("clusterIP") is { Length: > 0 } single)
        {
            clusterIps = [single];
        }

        var type = spec.Text("type") ?? "ClusterIP";
        return new ServiceView
        {
            Id = id,
            Type = type,
            IsHeadless = clusterIps is ["None", ..],
            ClusterIps = type == "ExternalName" ? [] : Addresses(clusterIps),
            ExternalName = type == "ExternalName" ? spec.Text("externalName")?.TrimEnd('.') : null,
            Ports = [.. spec.Array("ports").Select(ReadPort)],
            ExternalIps = Addresses(spec.Array("externalIPs").Select(item => item.GetString())),
            LoadBalancerIps = Addresses(document.RootElement.Object("status").Object("loadBalancer").Array("ingress")
                .Where(ingress => ingress.Text("ipMode") is null or "VIP")
                .Select(ingress => ingress.Text("ip"))),
            ClientAffinity = spec.Text("sessionAffinity") == "ClientIP"
                ? TimeSpan.FromSeconds(
                    spec.Object("sessionAffinityConfig").Object("clientIP").Number("timeoutSeconds") ?? DefaultAffinitySeconds)
                : null,
            IsInternalLocal = spec.Text("internalTrafficPolicy") == "Local",
            IsExternalLocal = spec.Text("externalTrafficPolicy") == "Local",
            PublishNotReadyAddresses = spec.Flag("publishNotReadyAddresses") ?? false,
        };
    }

    public static EndpointSliceView? ReadSlice(ReadOnlyMemory<byte> body)
    {
        using var document = Parse(body);
        if (document is null
            || ReadId(document.RootElement) is not { } id
            || document.RootElement.Object("metadata").Object("labels").Text(ServiceNameLabel) is not { Length: > 0 } service)
        {
            return null;
        }

        var root = document.RootElement;
        return new EndpointSliceView(
            new ServiceId(id.Namespace, service),
            id.Name,
            root.Text("addressType") ?? "IPv4",
            [.. root.Array("ports").Where(port => port.Number("port") is > 0).Select(
                port => new EndpointPortView(port.Text("name") ?? "", port.Text("protocol") ?? "TCP", port.Number("port") ?? 0))],
            [.. root.Array("endpoints").Select(ReadEndpoint)]);
    }

    public static NodeView? ReadNode(ReadOnlyMemory<byte> body)
    {
        using var document = Parse(body);
        if (document?.RootElement.Object("metadata").Text("name") is not { Length: > 0 } name)
        {
            return null;
        }

        var spec = document.RootElement.Object("spec");
        var cidrs = spec.Array("podCIDRs").Select(item => item.GetString()).Append(spec.Text("podCIDR")).Distinct(StringComparer.Ordinal);
        return new NodeView(
            name,
            [.. cidrs.Where(cidr => IPNetwork.TryParse(cidr, out _)).Select(cidr => IPNetwork.Parse(cidr!))],
            Addresses(document.RootElement.Object("status").Array("addresses")
                .Where(address => address.Text("type") == "InternalIP")
                .Select(address => address.Text("address"))))
        {
            Labels = Texts(document.RootElement.Object("metadata").Object("labels")),
        };
    }

    private static ImmutableDictionary<string, string> Texts(JsonElement map) => map.ValueKind != JsonValueKind.Object
        ? ImmutableDictionary<string, string>.Empty
        : map.EnumerateObject().ToImmutableDictionary(static item => item.Name, static item => item.Value.ToString(), StringComparer.Ordinal);

    private static ServicePortView ReadPort(JsonElement port) => new(
        port.Text("name") ?? "", port.Text("protocol") ?? "TCP", port.Number("port") ?? 0, port.Number("nodePort") ?? 0);

    private static EndpointView ReadEndpoint(JsonElement endpoint)
    {
        var conditions = endpoint.Object("conditions");
        var isReady = conditions.Flag("ready") ?? true;
        var target = endpoint.Object("targetRef");
        return new EndpointView(
            Addresses(endpoint.Array("addresses").Select(item => item.GetString())),
            isReady,
            conditions.Flag("serving") ?? isReady,
            conditions.Flag("terminating") ?? false,
            endpoint.Text("hostname"),
            endpoint.Text("nodeName"),
            target.Text("kind") == "Pod" ? target.Text("name") : null);
    }

    private static ServiceId? ReadId(JsonElement root)
    {
        var metadata = root.Object("metadata");
        return metadata.Text("name") is { Length: > 0 } name && metadata.Text("namespace") is { Length: > 0 } ns ? new(ns, name) : null;
    }

    private static ImmutableArray<IPAddress> Addresses(IEnumerable<string?> texts) =>
        [.. texts.Select(text => IPAddress.TryParse(text, out var address) ? address : null).OfType<IPAddress>()];

    private static JsonDocument? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            return null; // The store holds JSON only; a foreign body counts as absent.
        }
    }
}
