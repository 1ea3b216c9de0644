using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Crescent.Api.Requests;
using Crescent.Api.Streaming;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Api.Proxying;

/// <summary>
/// From the name in the URL to a backend. Pods are reached through the agent of their node, so the API need not be in the pod network.
/// </summary>
internal sealed class ProxyTargets(IGrainFactory grains, IResourceCaches caches, INodeProxy nodes)
{
    private const string ServiceNameLabel = "kubernetes.io/service-name";

    /// <summary>Clients name kubelet's usual port; the agents that share a machine have others.</summary>
    private const string UsualAgentPort = "10250";

    public ValueTask<(ProxyTarget? Target, ResourceError? Error)> FindAsync(ResourceRequest request)
    {
        var type = request.Definition.Type;
        if (!ProxyName.TryParse(request.Path.Name, out var name))
        {
            return new((null, ResourceErrors.BadRequest($"invalid {type.Resource[..^1]} request \"{request.Path.Name}\"")));
        }

        return type == KnownTypes.Pods ? OfPodAsync(new(type, request.Path.Namespace, name.Name), name, request.CancellationToken)
            : type == KnownTypes.Services ? OfServiceAsync(request, name)
            : OfNodeAsync(name, request.CancellationToken);
    }

    private async ValueTask<(ProxyTarget? Target, ResourceError? Error)> OfPodAsync(ResourceKey key, ProxyName name, CancellationToken cancellationToken)
    {
        var (pod, error) = await PodLocation.FindAsync(grains, key, cancellationToken);
        if (pod is null)
        {
            return (null, error);
        }

        var port = name.Port.Length == 0 ? FirstPort(pod.Spec) : name.Port;
        if (!TryPort(port, out var number))
        {
            return (null, ResourceErrors.BadRequest($"invalid pod request \"{port}\""));
        }

        return pod.Agent is null
            ? (null, ResourceErrors.Unavailable("error trying to reach service: the pod has no address yet"))
            : (new()
            {
                Origin = $"{name.Scheme}://{pod.Uid}:{Text(number)}",
                ConnectAsync = async token => await NodeTunnel.OpenAsync(nodes, pod.PortAddress(number, atPodAddress: true), token),
            }, null);
    }

    private async ValueTask<(ProxyTarget? Target, ResourceError? Error)> OfServiceAsync(ResourceRequest request, ProxyName name)
    {
        var service = await grains.GetResourceGrain(request.KeyOf(name.Name)).GetAsync(request.CancellationToken);
        if (service is null)
        {
            return (null, ResourceErrors.NotFound(KnownTypes.Services, name.Name));
        }

        if (!ServicePorts.TryName(service.Body, name.Port, out var portName))
        {
            return (null, ResourceErrors.Unavailable($"no service port {name.Port} found for service \"{name.Name}\""));
        }

        var cache = caches.Get(KnownTypes.EndpointSlices);
        await cache.WaitUntilLoadedAsync(request.CancellationToken);
        var endpoints = new List<ServiceEndpoint>();
        foreach (var slice in cache.Current.Enumerate(request.Path.Namespace))
        {
            ServicePorts.Collect(slice.Body, ServiceNameLabel, name.Name, portName, endpoints);
        }

        if (endpoints.Count == 0)
        {
            return (null, ResourceErrors.Unavailable($"no endpoints available for service \"{name.Name}\""));
        }

        var chosen = endpoints[Random.Shared.Next(endpoints.Count)];
        return chosen.Pod.Length != 0
            ? await OfPodAsync(new(KnownTypes.Pods, request.Path.Namespace, chosen.Pod), name with { Port = Text(chosen.Port) }, request.CancellationToken)
            : OfAddress(name.Scheme, chosen.Address, chosen.Port);
    }

    private async ValueTask<(ProxyTarget? Target, ResourceError? Error)> OfNodeAsync(ProxyName name, CancellationToken cancellationToken)
    {
        var node = await grains.GetResourceGrain(new ResourceKey(KnownTypes.Nodes, "", name.Name)).GetAsync(cancellationToken);
        if (node is null)
        {
            return (null, ResourceErrors.NotFound(KnownTypes.Nodes, name.Name));
        }

        var agent = PodLocation.AgentOf(node, name.Name);
        var colon = agent.LastIndexOf(':');
        if (name.Port is "" or UsualAgentPort || name.Port == agent[(colon + 1)..])
        {
            return (new() { Origin = $"https://{agent}" }, null);
        }

        return TryPort(name.Port, out var port)
            ? OfAddress(name.Scheme, agent[..colon].Trim('[', ']'), port)
            : (null, ResourceErrors.BadRequest($"invalid node request \"{name.Port}\""));
    }

    /// <summary>
    /// Addresses somebody wrote into an EndpointSlice, or a node into its status, must not lead back into the API's own machine or to what
    /// only neighbours on its wire should see.
    /// </summary>
    private static (ProxyTarget? Target, ResourceError? Error) OfAddress(string scheme, string host, int port)
    {
        if (!IPAddress.TryParse(host, out var address) || !IsProxyable(address))
        {
            return (null, ResourceErrors.BadRequest($"address not allowed: {host}"));
        }

        var end = new IPEndPoint(address, port);
        return (new() { Origin = $"{scheme}://{end}", ConnectAsync = token => DialAsync(end, token) }, null);
    }

    private static async Task<Stream> DialAsync(IPEndPoint end, CancellationToken cancellationToken)
    {
        var socket = new Socket(end.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(end, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    internal static bool IsProxyable(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var bytes = plain.GetAddressBytes();
        return !IPAddress.IsLoopback(plain) && !plain.IsIPv6LinkLocal && !plain.IsIPv6Multicast && !plain.Equals(IPAddress.Any) && !plain.Equals(IPAddress.IPv6Any)
            && !(bytes.Length == 4 && (bytes[0] >= 224 || (bytes[0] == 169 && bytes[1] == 254)));
    }

    private static string FirstPort(JsonElement spec)
    {
        foreach (var container in spec.GetProperty("containers").EnumerateArray())
        {
            if (container.TryGetProperty("ports", out var ports) && ports.GetArrayLength() > 0)
            {
                return Text(ports[0].GetProperty("containerPort").GetInt32());
            }
        }

        return "80";
    }

    private static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and < 65536;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
