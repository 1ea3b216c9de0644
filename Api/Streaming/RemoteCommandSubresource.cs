using System.Net.WebSockets;
using Crescent.Api.Dispatching;
using Crescent.Api.Requests;
using Crescent.Api.Responses;
using Crescent.Api.Streaming.Spdy;
using Crescent.Identity;
using Crescent.Resources;
using Microsoft.AspNetCore.Http;

namespace Crescent.Api.Streaming;

/// <summary>
/// <c>pods/exec</c> and <c>pods/attach</c>. Over WebSocket the client speaks the agent's own channel protocol and messages pass through;
/// streams of SPDY/3.1, which kubectl up to 1.29 needs, become channels here.
/// </summary>
internal sealed class RemoteCommandSubresource(IGrainFactory grains, INodeProxy nodes, TimeProvider time) : ISubresourceHandler
{
    /// <summary>Spoken by clients that name none.</summary>
    private const string Unversioned = "channel.k8s.io";

    /// <summary>Newest first; those of text are older clients' in browsers.</summary>
    private static readonly string[] Protocols =
        ["v5.channel.k8s.io", "v4.channel.k8s.io", "v4.base64.channel.k8s.io", Unversioned, "base64.channel.k8s.io"];

    public bool Serves(ResourceRequest request) => request.Definition.Type == KnownTypes.Pods && request.Path.Subresource is "exec" or "attach";

    public async Task HandleAsync(ResourceRequest request)
    {
        var context = request.Http;
        var command = RemoteCommandRequest.Read(request.Query);
        var (address, error) = command.Check() is { } invalid ? (null, invalid) : await FindAsync(request, command);
        if (address is null)
        {
            await context.WriteErrorAsync(error!);
        }
        else if (context.WebSockets.IsWebSocketRequest)
        {
            await ServeWebSocketAsync(request, address);
        }
        else if (SpdyUpgrade.IsAsked(context))
        {
            await ServeSpdyAsync(request, address, command);
        }
        else
        {
            await context.WriteErrorAsync(ResourceErrors.BadRequest("Upgrade request required"));
        }
    }

    private async Task ServeWebSocketAsync(ResourceRequest request, Uri address)
    {
        var context = request.Http;
        var asked = context.WebSockets.WebSocketRequestedProtocols;
        var protocol = asked.Count == 0 ? Unversioned : Protocols.FirstOrDefault(asked.Contains);
        if (protocol is null)
        {
            await context.WriteErrorAsync(ResourceErrors.BadRequest($"none of the requested subprotocols is known; supported are {string.Join(", ", Protocols)}"));
            return;
        }

        // Agents speak bytes alone.
        var spoken = protocol.Replace("base64.", "", StringComparison.Ordinal);
        using var agent = await ConnectAsync(request, address, spoken);
        if (agent is not null)
        {
            using var wire = await context.WebSockets.AcceptWebSocketAsync(asked.Count == 0 ? null : protocol);
            using var client = spoken == protocol ? wire : new Base64ChannelSocket(wire);
            await WebSocketRelay.RunAsync(client, agent, time, request.CancellationToken);
        }
    }

    private async Task ServeSpdyAsync(ResourceRequest request, Uri address, RemoteCommandRequest command)
    {
        var context = request.Http;
        if (SpdyUpgrade.Choose(context, SpdyRemoteCommand.Protocols) is not { } protocol)
        {
            await SpdyUpgrade.RefuseAsync(context, SpdyRemoteCommand.Protocols);
            return;
        }

        using var agent = await ConnectAsync(request, address, Protocols[0]);
        if (agent is not null)
        {
            await using var connection = new SpdyConnection(await SpdyUpgrade.AcceptAsync(context, protocol));
            await new SpdyRemoteCommand(connection, agent, protocol, command, time).RunAsync(request.CancellationToken);
        }
    }

    /// <summary>Null when the agent refused, which has been answered then.</summary>
    private async Task<WebSocket?> ConnectAsync(ResourceRequest request, Uri address, string protocol)
    {
        try
        {
            return await nodes.ConnectAsync(address, [protocol], request.CancellationToken);
        }
        catch (NodeRefusedException exception)
        {
            await request.Http.WriteErrorAsync(NodeErrors.Of(exception, request.Key));
            return null;
        }
    }

    private async ValueTask<(Uri? Address, ResourceError? Error)> FindAsync(ResourceRequest request, RemoteCommandRequest command)
    {
        var isExec = request.Path.Subresource == "exec";
        if (isExec && request.Query["command"].Count == 0)
        {
            return (null, ResourceErrors.BadRequest("you must specify at least one command for the container"));
        }

        var (pod, error) = await PodContainer.FindAsync(grains, request);
        if (pod is null)
        {
            return (null, error);
        }

        var query = command.ToAgent(isExec ? request.Query["command"] : []);
        return pod.Agent is null
            ? (null, ResourceErrors.BadRequest($"pod {request.Path.Name} does not have a host assigned"))
            : (new($"wss://{pod.Agent}/{request.Path.Subresource}/{request.Path.Namespace}/{request.Path.Name}/{pod.Container}{query}"), null);
    }
}
