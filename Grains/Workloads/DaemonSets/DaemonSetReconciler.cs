using System.Text.Json.Nodes;
using Crescent.Grains.Events;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Scheduling.Framework;
using Crescent.Grains.Workloads.Revisions;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Workloads.DaemonSets;

/// <summary>Carries out what <see cref="DaemonSetPlanner"/> decides.</summary>
internal sealed class DaemonSetReconciler(NameSuffix suffix, IOptions<ReconcilingOptions> options) : IReconciler
{
    private readonly SnapshotMemo<DaemonPod> _pods = new(DaemonPod.Of);
    private readonly SnapshotMemo<NodeFacts> _nodes = new(NodeFacts.Read);

    public string Name => "daemonset-controller";

    public bool LooksTwice => true;

    public async Task<ReconcileResult> ReconcileAsync(string key, ReconcileContext context, CancellationToken cancellationToken)
    {
        var id = ResourceKey.FromGrainKey(key);
        if (!(await context.ReadAsync(KnownTypes.DaemonSets, cancellationToken)).TryGet(id.Namespace, id.Name, out var snapshot))
        {
            return ReconcileResult.Done;
        }

        var set = DaemonSetFacts.Of(snapshot);
        var pods = await context.ReadAsync(KnownTypes.Pods, cancellationToken);
        var candidates = _pods.Read(Candidates(pods, snapshot));
        var keeper = new RevisionKeeper(context, set.Identity, DaemonPod.HashLabel);
        var revisions = RevisionPlanner.Plan(
            id.Name, set.Template, await keeper.ReadAsync(set.Selector, !set.IsDeleting, cancellationToken),
            set.View.At("status", "collisionCount").Int() ?? 0, set.HistoryLimit,
            revision => candidates.Exists(pod => pod.Hash == revision.Hash));
        if (!set.IsDeleting && await keeper.KeepAsync(revisions, set.View, cancellationToken) is { } error)
        {
            return await AvoidCollisionAsync(set, error, context, cancellationToken);
        }

        var nodes = _nodes.Read((await context.ReadAsync(KnownTypes.Nodes, cancellationToken)).Enumerate());
        var plan = DaemonSetPlanner.Plan(set, revisions.Update.Hash, nodes, candidates, context.Now);
        var run = new PodRun(context, snapshot, set.Identity, options.Value.MaxParallelWrites);
        await run.ClaimAsync(plan.Adopt, plan.Release, cancellationToken);
        foreach (var failed in plan.Failed)
        {
            context.Event(
                run.Subject, EventTypes.Warning, "FailedDaemonPod",
                $"Found failed daemon pod {failed.Snapshot.Key.Namespace}/{failed.Snapshot.Key.Name} on node {failed.NodeName}, will try to kill it");
        }

        await run.DeleteAsync(plan.Delete, cancellationToken);
        await run.CreateAsync([.. plan.Create.Select(node => NewPod(set, revisions.Update, node))], cancellationToken);
        if (DaemonSetStatus.Patch(set, plan.Counts) is { } patch)
        {
            await context.PatchAsync(snapshot.Key, snapshot.Uid, patch, cancellationToken, "status");
        }

        return run.Problem is { } problem ? ReconcileResult.Retry(problem)
            : run.HasChangedPods ? ReconcileResult.Again : ReconcileResult.LookAgain(plan.LookAgain);
    }

    private static IEnumerable<ResourceSnapshot> Candidates(IResourceView pods, ResourceSnapshot set) =>
        pods.OwnedBy(set.Uid).Where(pod => pod.ControllerUid == set.Uid)
            .Concat(pods.Enumerate(set.Key.Namespace).Where(static pod => pod.ControllerUid is null));

    private JsonObject NewPod(DaemonSetFacts set, Revision revision, string node)
    {
        var pod = PodWriter.Create(set.Identity, set.Template, suffix.Append(set.Snapshot.Key.Name));
        PodWriter.Member(PodWriter.Member(pod, "metadata"), "labels")[DaemonPod.HashLabel] = revision.Hash;
        set.Placement.Apply(PodWriter.Member(pod, "spec"), node);
        return pod;
    }

    /// <summary>A name that another template holds is avoided by counting the collision into the hash.</summary>
    private static async Task<ReconcileResult> AvoidCollisionAsync(
        DaemonSetFacts set, ResourceError error, ReconcileContext context, CancellationToken cancellationToken)
    {
        if (error.Reason == "AlreadyExists")
        {
            var count = (set.View.At("status", "collisionCount").Int() ?? 0) + 1;
            var patch = new JsonObject { ["status"] = new JsonObject { ["collisionCount"] = count } };
            await context.PatchAsync(set.Snapshot.Key, set.Snapshot.Uid, patch, cancellationToken, "status");
        }

        return ReconcileResult.Retry(error.Message);
    }
}
