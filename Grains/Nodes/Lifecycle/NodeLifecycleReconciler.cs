using System.Text.Json.Nodes;
using Crescent.Grains.Events;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Nodes.Lifecycle;

/// <summary>Carries out what <see cref="NodeLifecyclePlanner"/> decides, and removes pods whose node object is gone.</summary>
internal sealed class NodeLifecycleReconciler(IOptions<NodeLifecycleOptions> options, IOptions<ReconcilingOptions> pacing) : IReconciler
{
    private readonly SnapshotMemo<NodePod> _memo = new(NodePod.Of);
    private readonly Dictionary<(string Key, string Effect), DateTimeOffset> _firstSeen = [];
    private DateTimeOffset? _missingSince;

    public string Name => "node-controller";

    public async Task<ReconcileResult> ReconcileAsync(string key, ReconcileContext context, CancellationToken cancellationToken)
    {
        var id = ResourceKey.FromGrainKey(key);
        var nodes = await context.ReadAsync(KnownTypes.Nodes, cancellationToken);
        var pods = _memo.Read((await context.ReadAsync(KnownTypes.Pods, cancellationToken)).OnNode(id.Name));
        if (!nodes.TryGet("", id.Name, out var snapshot))
        {
            return pods.Count == 0 ? ReconcileResult.Done : await RemoveStrandedAsync(id, pods, context, cancellationToken);
        }

        _missingSince = null;
        var node = NodeFacts.Of(snapshot);
        var isAnyReady = node.Ready == "True" || nodes.Enumerate().Any(static other => NodeFacts.Of(other).Ready == "True");
        var plan = NodeLifecyclePlanner.Plan(node, pods, isAnyReady, _firstSeen, context.Now);
        var problem = await WriteTaintsAsync(node, plan, context, cancellationToken)
            ?? await MarkNotReadyAsync(plan, context, cancellationToken)
            ?? await MarkReadyAgainAsync(plan, context, cancellationToken)
            ?? await EvictAsync(plan, context, cancellationToken);
        return problem is not null ? ReconcileResult.Retry(problem)
            : isAnyReady ? ReconcileResult.LookAgain(plan.LookAgain)
            : ReconcileResult.LookAgain(options.Value.AllLostRecheck);
    }

    private static async Task<string?> WriteTaintsAsync(
        NodeFacts node, NodeLifecyclePlan plan, ReconcileContext context, CancellationToken cancellationToken)
    {
        if (plan.Taints is not { } taints)
        {
            return null;
        }

        JsonArray? list = taints.IsEmpty ? null : new([.. taints.Select(static taint => (JsonNode)taint.ToJson())]);
        var result = await context.PatchAsync(
            node.Snapshot.Key, node.Snapshot.Uid, new() { ["spec"] = new JsonObject { ["taints"] = list } }, cancellationToken,
            version: node.Snapshot.Version);
        if (result.IsSuccess && plan.HasFailed)
        {
            context.Event(
                EventSubject.Of(node.Snapshot, "v1", "Node"), EventTypes.Normal, "NodeNotReady",
                $"Node {node.Snapshot.Key.Name} status is now: NodeNotReady");
        }

        return result.Error is { Code: not 404 } error ? error.Message : null;
    }

    private async Task<string?> MarkNotReadyAsync(NodeLifecyclePlan plan, ReconcileContext context, CancellationToken cancellationToken)
    {
        var results = await FanOut.RunAsync(plan.MarkNotReady, pacing.Value.MaxParallelWrites, async pod =>
        {
            var result = await context.PatchAsync(
                pod.Snapshot.Key, pod.Snapshot.Uid, PodStatusPatch.NotReady(pod.Snapshot, context.Now), cancellationToken, "status", pod.Snapshot.Version);
            if (result.IsSuccess)
            {
                context.Event(EventSubject.Of(pod.Snapshot, "v1", "Pod"), EventTypes.Warning, "NodeNotReady", "Node is not ready");
            }

            return result;
        });
        return FirstProblem(results);
    }

    private async Task<string?> MarkReadyAgainAsync(NodeLifecyclePlan plan, ReconcileContext context, CancellationToken cancellationToken) =>
        FirstProblem(await FanOut.RunAsync(plan.MarkReadyAgain, pacing.Value.MaxParallelWrites, pod => context.PatchAsync(
            pod.Snapshot.Key, pod.Snapshot.Uid, PodStatusPatch.ReadyAgain(pod.Snapshot, context.Now), cancellationToken, "status",
            pod.Snapshot.Version)));

    private async Task<string?> EvictAsync(NodeLifecyclePlan plan, ReconcileContext context, CancellationToken cancellationToken)
    {
        var results = await FanOut.RunAsync(plan.Evict, pacing.Value.MaxParallelWrites, async pod =>
        {
            var key = pod.Snapshot.Key;
            context.Event(
                EventSubject.Of(pod.Snapshot, "v1", "Pod"), EventTypes.Normal, "TaintManagerEviction",
                $"Marking for deletion Pod {key.Namespace}/{key.Name}");
            if (await context.GetLiveAsync(key, cancellationToken) is { } live && live.Uid == pod.Snapshot.Uid)
            {
                await context.PatchAsync(
                    key, live.Uid,
                    PodStatusPatch.Disrupted(live, "DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint", false, context.Now),
                    cancellationToken, "status", live.Version);
            }

            return await context.DeleteAsync(key, pod.Snapshot.Uid, cancellationToken);
        });
        return FirstProblem(results);
    }

    /// <summary>Nobody will ever end these pods: after the quarantine they are declared failed and removed by force.</summary>
    private async Task<ReconcileResult> RemoveStrandedAsync(
        ResourceKey node, List<NodePod> pods, ReconcileContext context, CancellationToken cancellationToken)
    {
        _missingSince ??= context.Now;
        var wait = _missingSince.Value + options.Value.MissingNodeQuarantine - context.Now;
        if (wait > TimeSpan.Zero)
        {
            return ReconcileResult.LookAgain(wait);
        }

        if (await context.GetLiveAsync(node, cancellationToken) is not null)
        {
            context.Doubt(KnownTypes.Nodes);
            return ReconcileResult.Again;
        }

        var results = await FanOut.RunAsync(pods, pacing.Value.MaxParallelWrites, async pod =>
        {
            if (!pod.IsFinished)
            {
                await context.PatchAsync(
                    pod.Snapshot.Key, pod.Snapshot.Uid,
                    PodStatusPatch.Disrupted(pod.Snapshot, "DeletionByPodGC", "PodGC: node no longer exists", true, context.Now),
                    cancellationToken, "status", pod.Snapshot.Version);
            }

            return await context.DeleteAsync(pod.Snapshot.Key, pod.Snapshot.Uid, cancellationToken, gracePeriodSeconds: 0);
        });
        return FirstProblem(results) is { } problem ? ReconcileResult.Retry(problem) : ReconcileResult.Done;
    }

    private static string? FirstProblem(MutationResult[] results) =>
        results.FirstOrDefault(static result => result.Error is { Code: not 404 })?.Error?.Message;
}
