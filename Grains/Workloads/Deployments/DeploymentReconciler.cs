using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Workloads.Deployments;

/// <summary>Carries out what <see cref="DeploymentPlanner"/> decides, one step per run.</summary>
internal sealed class DeploymentReconciler : IReconciler
{
    public string Name => "deployment-controller";

    public bool LooksTwice => true;

    public async Task<ReconcileResult> ReconcileAsync(string key, ReconcileContext context, CancellationToken cancellationToken)
    {
        var id = ResourceKey.FromGrainKey(key);
        var deployments = await context.ReadAsync(KnownTypes.Deployments, cancellationToken);
        if (!deployments.TryGet(id.Namespace, id.Name, out var snapshot))
        {
            return ReconcileResult.Done;
        }

        var deployment = DeploymentFacts.Of(snapshot);
        var sets = await context.ReadAsync(KnownTypes.ReplicaSets, cancellationToken);
        var (own, claimed) = await ClaimAsync(deployment, sets, context, cancellationToken);
        if (claimed is { } claims)
        {
            return claims;
        }

        var pods = deployment.IsRecreate ? await context.ReadAsync(KnownTypes.Pods, cancellationToken) : null;
        var revisions = own.ConvertAll(RevisionFacts.Of);
        var plan = DeploymentPlanner.Plan(deployment, revisions, present => HasOldPods(pods, revisions, present), context.Now);
        return await new DeploymentRun(context, deployment).CarryOutAsync(plan, cancellationToken);
    }

    /// <summary>Own ReplicaSets; or, when one had to be adopted or released first, the result to end the run with.</summary>
    private static async Task<(List<ResourceSnapshot> Own, ReconcileResult? Result)> ClaimAsync(
        DeploymentFacts deployment, IResourceView sets, ReconcileContext context, CancellationToken cancellationToken)
    {
        var owner = new OwnerIdentity("apps/v1", "Deployment", deployment.Snapshot.Key.Namespace, deployment.Name, deployment.Snapshot.Uid);
        var own = sets.OwnedBy(owner.Uid).Where(set => set.ControllerUid == owner.Uid).ToList();
        if (deployment.IsDeleting || deployment.Selector is not { } selector)
        {
            return (own, null);
        }

        var writes = own.Where(set => !selector.Matches(set.Labels))
            .Select(set => Adoption.ReleaseAsync(context, set, owner.Uid, cancellationToken)).ToList();
        var orphans = sets.Enumerate(owner.Namespace)
            .Where(set => set.ControllerUid is null && set.DeletionTimestamp is null && selector.Matches(set.Labels)).ToList();
        if (orphans.Count > 0 && await Adoption.MayAdoptAsync(context, deployment.Snapshot, cancellationToken))
        {
            writes.AddRange(orphans.Select(set => Adoption.AdoptAsync(context, set, owner, cancellationToken)));
        }

        if (writes.Count == 0)
        {
            return (own, null);
        }

        var results = await Task.WhenAll(writes);
        return (own, results.FirstOrDefault(static result => !result.IsSuccess)?.Error is { Code: not 404 } error
            ? ReconcileResult.Retry(error.Message)
            : ReconcileResult.Again);
    }

    private static bool HasOldPods(IResourceView? pods, List<RevisionFacts> revisions, RevisionFacts? present) =>
        pods is not null && revisions.Where(revision => !ReferenceEquals(revision, present))
            .SelectMany(revision => pods.OwnedBy(revision.Snapshot.Uid)).Any(static pod => !PodFacts.Of(pod).IsFinished);
}
