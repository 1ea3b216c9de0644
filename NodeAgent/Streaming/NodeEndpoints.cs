using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.NodeAgent.Assignments;
using Crescent.NodeAgent.Registration;
using Crescent.NodeAgent.Runtimes;
using Crescent.NodeAgent.Stats;
using Crescent.NodeAgent.Stats.Sinks;
using k8s;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crescent.NodeAgent.Streaming;

/// <summary>The agent's own endpoints, at kubelet's paths. Whoever maps them decides who may call.</summary>
public static class NodeEndpoints
{
    /// <summary>
    /// Maps logs, exec, attach, port-forward, pods, health, metrics and stats. The WebSocket middleware is part of the exec and attach branches.
    /// </summary>
    public static IEndpointRouteBuilder MapNodeEndpoints(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/healthz", static () => Results.Text("ok"));
        endpoints.MapGet("/pods", static (AssignmentState assignments) => Results.Text(Pods(assignments), "application/json"));
        endpoints.MapGet("/stats/summary", static (INodeLink link, INodeStatsSource stats) =>
            Results.Text(StatsSummary.Write(link.NodeName, stats.Current).ToJsonString(), "application/json"));
        endpoints.MapGet("/metrics/cadvisor", static (PrometheusSink sink) =>
            Results.Text(sink.Newest is { } round ? CadvisorText.Write(round) : "", "text/plain; version=0.0.4; charset=utf-8"));
        endpoints.MapGet("/containerLogs/{ns}/{pod}/{container}", LogsAsync);

        var sockets = endpoints.CreateApplicationBuilder();
        sockets.UseWebSockets();
        var forwards = sockets.New();
        forwards.UseWebSockets();
        forwards.Run(PortForwards.HandleAsync);
        endpoints.Map("/portForward/{ns}/{pod}", forwards.Build());
        sockets.Run(RemoteCommands.HandleAsync);
        var remote = sockets.Build();
        foreach (var verb in new[] { "exec", "attach" })
        {
            endpoints.Map($"/{verb}/{{ns}}/{{pod}}/{{container}}", remote);
            endpoints.Map($"/{verb}/{{ns}}/{{pod}}/{{uid}}/{{container}}", remote);
        }

        return endpoints;
    }

    private static async Task LogsAsync(
        HttpContext context, string ns, string pod, string container, AssignmentState assignments, RuntimeState state, IContainerRuntime runtime, TimeProvider time)
    {
        var query = context.Request.Query;
        var previous = IsTrue(query["previous"]);
        if (ContainerLookup.Find(assignments, state, ns, pod, container, previous, out var problem) is not { } found)
        {
            context.Response.StatusCode = problem.Code;
            await context.Response.WriteAsync(problem.Message, context.RequestAborted);
            return;
        }

        var request = new LogRequest
        {
            Follow = IsTrue(query["follow"]),
            Timestamps = IsTrue(query["timestamps"]),
            TailLines = Number(query["tailLines"]),
            LimitBytes = Number(query["limitBytes"]),
            Since = Number(query["sinceSeconds"]) is { } seconds ? time.GetUtcNow() - TimeSpan.FromSeconds(seconds)
                : DateTimeOffset.TryParse(query["sinceTime"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since) ? since
                : null,
        };
        context.Response.ContentType = "text/plain";
        await context.Response.StartAsync(context.RequestAborted);
        try
        {
            await runtime.CopyLogsAsync(found.Id, request, context.Response.Body, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The reader has seen enough.
            return;
        }
    }

    private static string Pods(AssignmentState assignments)
    {
        var items = new JsonArray([.. assignments.Pods.Select(static pod => JsonNode.Parse(KubernetesJson.Serialize(pod.Pod)))]);
        return new JsonObject { ["kind"] = "PodList", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["items"] = items }
            .ToJsonString(JsonSerializerOptions.Default);
    }

    internal static bool IsTrue(string? text) => text is "true" or "1" or "True";

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
