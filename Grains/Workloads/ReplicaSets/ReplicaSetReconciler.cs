using Crescent.Grains.Events;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Workloads.ReplicaSets;

/// <summary>Carries out what <see cref="ReplicaSetPlanner"/> decides, for ReplicaSets and for their elders, ReplicationControllers.</summary>
internal class ReplicaSetReconciler(NameSuffix suffix, IOptions<ReconcilingOptions> options) : IReconciler
{
    private readonly SnapshotMemo<PodFacts> _memo = new(PodFacts.Of);
    private bool _hasDeferredStatus;

    public virtual string Name => "replicaset-controller";

    protected virtual ReplicaSetFlavor Flavor => ReplicaSetFlavor.ReplicaSet;

    public bool LooksTwice => true;

    public async Task<ReconcileResult> ReconcileAsync(string key, ReconcileContext context, CancellationToken cancellationToken)
    {
        var id = ResourceKey.FromGrainKey(key);
        var sets = await context.ReadAsync(Flavor.Type, cancellationToken);
        if (!sets.TryGet(id.Namespace, id.Name, out var snapshot))
        {
            return ReconcileResult.Done;
        }

        var set = ReplicaSetFacts.Of(snapshot);
        var pods = await context.ReadAsync(KnownTypes.Pods, cancellationToken);
        var candidates = _memo.Read(Candidates(pods, snapshot));
        var related = candidates.Count > set.Replicas ? CountRelated(sets, pods, snapshot) : [];
        var plan = ReplicaSetPlanner.Plan(set, candidates, related, context.Now);

        var run = new ReplicaSetRun(context, set, Flavor, suffix, options.Value.MaxParallelWrites);
        await run.ClaimAsync(plan, cancellationToken);
        await run.DeleteAsync(plan, cancellationToken);
        await run.CreateAsync(plan, cancellationToken);

        // Pods just made or removed are counted by the next run, which follows at once; so a burst costs one status write, not two.
        if (run.HasChangedPods && run.Problem is null && !_hasDeferredStatus)
        {
            _hasDeferredStatus = true;
            return ReconcileResult.Again;
        }

        _hasDeferredStatus = false;
        await WriteStatusAsync(context, set, plan, run, cancellationToken);
        return run.Problem is { } problem
            ? ReconcileResult.Retry(problem)
            : run.HasChangedPods ? ReconcileResult.Again : ReconcileResult.LookAgain(plan.LookAgain);
    }

    private static IEnumerable<ResourceSnapshot> Candidates(IResourceView pods, ResourceSnapshot set) =>
        pods.OwnedBy(set.Uid).Where(pod => pod.ControllerUid == set.Uid)
            .Concat(pods.Enumerate(set.Key.Namespace).Where(static pod => pod.ControllerUid is null));

    private static Dictionary<string, int> CountRelated(IResourceView sets, IResourceView pods, ResourceSnapshot set)
    {
        IEnumerable<ResourceSnapshot> family = set.ControllerUid is { } owner
            ? sets.OwnedBy(owner).Where(sibling => sibling.ControllerUid == owner)
            : [set];
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var pod in family.SelectMany(member => pods.OwnedBy(member.Uid)).Select(PodFacts.Of).Where(static pod => pod.IsActive))
        {
            counts[pod.NodeName] = counts.GetValueOrDefault(pod.NodeName) + 1;
        }

        return counts;
    }

    private static async Task WriteStatusAsync(
        ReconcileContext context, ReplicaSetFacts set, ReplicaSetPlan plan, ReplicaSetRun run, CancellationToken cancellationToken)
    {
        if (ReplicaSetStatus.Patch(set, plan.Counts, run.Failure, context.Now) is not { } patch)
        {
            return;
        }

        var result = await context.PatchAsync(set.Snapshot.Key, set.Snapshot.Uid, patch, cancellationToken, "status");
        if (result.Error is { Code: not (404 or 409) } error)
        {
            context.Event(run.Subject, EventTypes.Warning, "FailedUpdateStatus", error.Message);
        }
    }
}
