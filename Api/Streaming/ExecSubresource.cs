using System.Net.WebSockets;
using Crescent.Api.Dispatching;
using Crescent.Api.Requests;
using Crescent.Api.Responses;
using Crescent.Identity;
using Crescent.Resources;
using Microsoft.AspNetCore.Http;

namespace Crescent.Api.Streaming;

/// <summary>
/// <c>pods/exec</c> over WebSocket: the agent speaks the same
/// <see href="https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates/">channel protocol</see>, so messages pass through.
/// </summary>
internal sealed class ExecSubresource(IGrainFactory grains, INodeProxy nodes, TimeProvider time) : ISubresourceHandler
{
    /// <summary>Newest first.</summary>
    private static readonly string[] Protocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

    public bool Serves(ResourceRequest request) => request.Definition.Type == KnownTypes.Pods && request.Path.Subresource == "exec";

    public async Task HandleAsync(ResourceRequest request)
    {
        var context = request.Http;
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await context.WriteErrorAsync(ResourceErrors.BadRequest("unable to upgrade: the request asks for no WebSocket"));
            return;
        }

        var protocol = Protocols.FirstOrDefault(context.WebSockets.WebSocketRequestedProtocols.Contains);
        if (protocol is null)
        {
            await context.WriteErrorAsync(ResourceErrors.BadRequest($"none of the requested subprotocols is known; supported are {string.Join(", ", Protocols)}"));
            return;
        }

        var (address, error) = await FindAsync(request);
        if (address is null)
        {
            await context.WriteErrorAsync(error!);
            return;
        }

        WebSocket agent;
        try
        {
            agent = await nodes.ConnectAsync(address, [protocol], request.CancellationToken);
        }
        catch (NodeRefusedException exception)
        {
            await context.WriteErrorAsync(exception.StatusCode is 0 or >= 500
                ? ApiErrors.Internal($"error dialing backend: {exception.Message}")
                : NodeErrors.Of(exception.StatusCode, string.Empty, request.Key));
            return;
        }

        using (agent)
        {
            using var client = await context.WebSockets.AcceptWebSocketAsync(agent.SubProtocol ?? protocol);
            await WebSocketRelay.RunAsync(client, agent, time, request.CancellationToken);
        }
    }

    private async ValueTask<(Uri? Address, ResourceError? Error)> FindAsync(ResourceRequest request)
    {
        if (request.Query["command"].Count == 0)
        {
            return (null, ResourceErrors.BadRequest("you must specify at least one command for the container"));
        }

        var (pod, error) = await PodContainer.FindAsync(grains, request);
        if (pod is null)
        {
            return (null, error);
        }

        return pod.Agent is null
            ? (null, ResourceErrors.BadRequest($"pod {request.Path.Name} does not have a host assigned"))
            : (new($"wss://{pod.Agent}/exec/{request.Path.Namespace}/{request.Path.Name}/{pod.Container}{ExecQuery.Of(request.Query)}"), null);
    }
}
