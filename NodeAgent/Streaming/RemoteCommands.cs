using Crescent.NodeAgent.Assignments;
using Crescent.NodeAgent.Pods;
using Crescent.NodeAgent.Runtimes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Crescent.NodeAgent.Streaming;

/// <summary>exec and attach over WebSockets.</summary>
internal static class RemoteCommands
{
    public static async Task HandleAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var values = context.Request.RouteValues;
        var (ns, pod, container) = ((string)values["ns"]!, (string)values["pod"]!, (string)values["container"]!);
        var query = context.Request.Query;
        var isAttach = context.Request.Path.StartsWithSegments("/attach", StringComparison.Ordinal);
        var assignments = services.GetRequiredService<AssignmentState>();
        var found = ContainerLookup.Find(
            assignments, services.GetRequiredService<RuntimeState>(), ns, pod, container, previous: false, out var problem);
        if (found is { Phase: not ContainerPhase.Running })
        {
            problem = new(400, $"container not found (\"{container}\")");
        }

        if (!context.WebSockets.IsWebSocketRequest)
        {
            problem = new(400, "a WebSocket handshake is expected");
        }

        var protocol = RemoteCommandProtocol.Choose(context.WebSockets.WebSocketRequestedProtocols);
        if (context.WebSockets.IsWebSocketRequest && protocol is null)
        {
            problem = new(400, "none of the subprotocols is known; v5.channel.k8s.io, v4.channel.k8s.io and channel.k8s.io are");
        }

        if (problem.Code != 0)
        {
            context.Response.StatusCode = problem.Code;
            await context.Response.WriteAsync(problem.Message, context.RequestAborted);
            return;
        }

        // kubelet's own names and the API's.
        bool Asks(string own, string api) => NodeEndpoints.IsTrue(query[own]) || NodeEndpoints.IsTrue(query[api]);
        var (stdin, stdout, stderr, tty) = (Asks("input", "stdin"), Asks("output", "stdout"), Asks("error", "stderr"), NodeEndpoints.IsTrue(query["tty"]));
        var runtime = services.GetRequiredService<IContainerRuntime>();
        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { SubProtocol = protocol!.Name });
        await using var channel = new RemoteCommandSocket(socket, protocol, services.GetRequiredService<TimeProvider>());
        await channel.RunAsync(
            token => isAttach
                ? runtime.AttachAsync(new AttachRequest(found!.Id, stdin, stdout, stderr, tty, assignments.Find(ns, pod)?.Pod.FindContainer(container)?.StdinOnce == true), token)
                : runtime.ExecAsync(new ExecRequest(found!.Id, [.. query["command"].Select(static word => word ?? "")], stdin, stdout, stderr, tty), token),
            tty,
            context.RequestAborted);
    }
}
