using System.Net.WebSockets;
using Crescent.Api.Dispatching;
using Crescent.Api.Requests;
using Crescent.Api.Responses;
using Crescent.Api.Streaming.Spdy;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Api.Streaming;

/// <summary>
/// <c>pods/portforward</c> in its three forms: SPDY/3.1, the same tunnelled through WebSocket messages (kubectl from 1.31), and channels of
/// a WebSocket with the ports in the query (client libraries).
/// </summary>
internal sealed class PortForwardSubresource(IGrainFactory grains, INodeProxy nodes, TimeProvider time) : ISubresourceHandler
{
    private static readonly string[] SpdyProtocols = ["portforward.k8s.io"];
    private static readonly string[] ChannelProtocols = ["v4.channel.k8s.io", "channel.k8s.io"];
    private const string Tunnel = "SPDY/3.1+portforward.k8s.io";

    public bool Serves(ResourceRequest request) => request.Definition.Type == KnownTypes.Pods && request.Path.Subresource == "portforward";

    public async Task HandleAsync(ResourceRequest request)
    {
        var context = request.Http;
        var (pod, error) = await PodLocation.FindAsync(grains, request.Key, request.CancellationToken);
        if (pod is { Agent: null })
        {
            error = ResourceErrors.BadRequest($"pod {request.Path.Name} does not have a host assigned");
        }

        if (error is not null)
        {
            await context.WriteErrorAsync(error);
        }
        else if (context.WebSockets.IsWebSocketRequest)
        {
            await ServeWebSocketAsync(request, pod!);
        }
        else if (SpdyUpgrade.IsAsked(context))
        {
            await ServeSpdyAsync(request, pod!);
        }
        else
        {
            await context.WriteErrorAsync(ResourceErrors.BadRequest("Upgrade request required"));
        }
    }

    private async Task ServeSpdyAsync(ResourceRequest request, PodLocation pod)
    {
        if (SpdyUpgrade.Choose(request.Http, SpdyProtocols) is not { } protocol)
        {
            await SpdyUpgrade.RefuseAsync(request.Http, SpdyProtocols);
            return;
        }

        await RunAsync(await SpdyUpgrade.AcceptAsync(request.Http, protocol), pod, request.CancellationToken);
    }

    private async Task ServeWebSocketAsync(ResourceRequest request, PodLocation pod)
    {
        var context = request.Http;
        var asked = context.WebSockets.WebSocketRequestedProtocols;
        if (asked.Contains(Tunnel))
        {
            using var socket = await WebSocketHandshake.AcceptAsync(context, Tunnel);
            await RunAsync(WebSocketStream.Create(socket, WebSocketMessageType.Binary, TimeSpan.FromSeconds(5)), pod, request.CancellationToken);
            return;
        }

        var protocol = asked.Count == 0 ? ChannelProtocols[0] : ChannelProtocols.FirstOrDefault(asked.Contains);
        if (protocol is null)
        {
            await context.WriteErrorAsync(ResourceErrors.BadRequest(
                $"none of the requested subprotocols is known; supported are {Tunnel}, {string.Join(", ", ChannelProtocols)}"));
            return;
        }

        if (!WebSocketPortForward.TryReadPorts(request.Query, out var ports, out var problem))
        {
            await context.WriteErrorAsync(problem);
            return;
        }

        using var client = await context.WebSockets.AcceptWebSocketAsync(asked.Count == 0 ? null : protocol);
        await new WebSocketPortForward(client, ports, DialerOf(pod), time).RunAsync(request.CancellationToken);
    }

    private async Task RunAsync(Stream transport, PodLocation pod, CancellationToken cancellationToken)
    {
        await using var connection = new SpdyConnection(transport);
        await new SpdyPortForward(connection, $"{pod.Key.Name}_{pod.Key.Namespace}, uid {pod.Uid}", DialerOf(pod)).RunAsync(cancellationToken);
    }

    private Func<int, CancellationToken, Task<NodeTunnel>> DialerOf(PodLocation pod) =>
        (port, token) => NodeTunnel.OpenAsync(nodes, pod.PortAddress(port, atPodAddress: false), token);
}
