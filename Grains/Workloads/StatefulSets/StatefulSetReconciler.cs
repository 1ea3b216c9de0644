using System.Text.Json.Nodes;
using Crescent.Grains.Events;
using Crescent.Grains.Ownership;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Workloads.Revisions;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Workloads.StatefulSets;

/// <summary>Carries out what <see cref="StatefulSetPlanner"/> decides.</summary>
internal sealed class StatefulSetReconciler(IOptions<ReconcilingOptions> options) : IReconciler
{
    private const string HashLabel = "controller.kubernetes.io/hash";
    private readonly SnapshotMemo<PodFacts> _pods = new(PodFacts.Of);

    public string Name => "statefulset-controller";

    public bool LooksTwice => true;

    public async Task<ReconcileResult> ReconcileAsync(string key, ReconcileContext context, CancellationToken cancellationToken)
    {
        var id = ResourceKey.FromGrainKey(key);
        if (!(await context.ReadAsync(KnownTypes.StatefulSets, cancellationToken)).TryGet(id.Namespace, id.Name, out var snapshot))
        {
            return ReconcileResult.Done;
        }

        var set = StatefulSetFacts.Of(snapshot);
        var pods = _pods.Read(Candidates(await context.ReadAsync(KnownTypes.Pods, cancellationToken), snapshot));
        var keeper = new RevisionKeeper(context, set.Identity, HashLabel);
        var history = await keeper.ReadAsync(set.Selector, !set.IsDeleting, cancellationToken);
        var revisions = RevisionPlanner.Plan(
            id.Name, set.Template, history, set.Status.At("collisionCount").Int() ?? 0, set.HistoryLimit,
            revision => revision.Name == set.CurrentRevision
                || pods.Exists(pod => pod.Snapshot.Labels.GetValueOrDefault(OrdinalPod.RevisionLabel) == revision.Name));
        if (!set.IsDeleting && await keeper.KeepAsync(revisions, set.View, cancellationToken) is { } error)
        {
            return await AvoidCollisionAsync(set, error, context, cancellationToken);
        }

        var update = revisions.Update;
        var current = history.Find(revision => revision.Name == set.CurrentRevision) ?? update;
        var plan = StatefulSetPlanner.Plan(set, current.Name, update.Name, pods, context.Now);
        var run = new PodRun(context, snapshot, set.Identity, options.Value.MaxParallelWrites);
        await run.ClaimAsync(plan.Adopt, plan.Release, cancellationToken);
        if (await KeepOwnersAsync(set, pods, context, cancellationToken) is { } unowned)
        {
            // A member whose claim is to go with it may only go when the claim says so.
            return ReconcileResult.Retry(unowned);
        }

        await run.DeleteAsync(plan.Delete, cancellationToken);
        await CreateAsync(set, plan, current, update, run, context, cancellationToken);
        if (StatefulSetStatus.Patch(set, plan.Counts, current.Name, update.Name) is { } patch)
        {
            await context.PatchAsync(snapshot.Key, snapshot.Uid, patch, cancellationToken, "status");
        }

        return run.Problem is { } problem ? ReconcileResult.Retry(problem)
            : run.HasChangedPods ? ReconcileResult.Again : ReconcileResult.LookAgain(plan.LookAgain);
    }

    private static IEnumerable<ResourceSnapshot> Candidates(IResourceView pods, ResourceSnapshot set) =>
        pods.OwnedBy(set.Uid).Where(pod => pod.ControllerUid == set.Uid)
            .Concat(pods.Enumerate(set.Key.Namespace).Where(static pod => pod.ControllerUid is null));

    private static async Task CreateAsync(
        StatefulSetFacts set, StatefulSetPlan plan, Revision current, Revision update, PodRun run, ReconcileContext context,
        CancellationToken cancellationToken)
    {
        foreach (var (ordinal, isUpdated) in plan.Create)
        {
            foreach (var claim in StatefulPod.Claims(set, ordinal))
            {
                await KeepClaimAsync(claim, set, ordinal, run, context, cancellationToken);
            }

            if (!await run.CreateOneAsync(StatefulPod.Create(set, isUpdated ? update : current, ordinal), cancellationToken))
            {
                return;
            }
        }
    }

    /// <summary>Lets claims be owned by what they are to go with; says what went wrong.</summary>
    private static async Task<string?> KeepOwnersAsync(
        StatefulSetFacts set, IEnumerable<PodFacts> pods, ReconcileContext context, CancellationToken cancellationToken)
    {
        if (set.IsDeleting || !set.View.At("spec", "volumeClaimTemplates").Items().Any())
        {
            return null;
        }

        var claims = await context.ReadAsync(KnownTypes.PersistentVolumeClaims, cancellationToken);
        foreach (var pod in pods.Where(pod => pod.Snapshot.ControllerUid == set.Snapshot.Uid).Select(pod => OrdinalPod.Of(set.Name, pod)).OfType<OrdinalPod>())
        {
            var key = pod.Facts.Snapshot.Key;
            var identity = new OwnerIdentity("v1", "Pod", key.Namespace, key.Name, pod.Facts.Snapshot.Uid);
            var isCondemned = pod.Ordinal < set.Start || pod.Ordinal >= set.Start + set.Replicas;
            foreach (var name in StatefulPod.ClaimNames(set, key.Name))
            {
                if (!claims.TryGet(key.Namespace, name, out var claim)
                    || set.Retention.Owners(set.Identity, identity, isCondemned, OwnerReferences.Of(claim)) is not { } owners)
                {
                    continue;
                }

                var patch = new JsonObject { ["metadata"] = new JsonObject { ["ownerReferences"] = owners.Count == 0 ? null : owners } };
                var result = await context.PatchAsync(claim.Key, claim.Uid, patch, cancellationToken, version: claim.Version);
                if (result.Error is { Code: not 404 } error)
                {
                    return error.Message;
                }
            }
        }

        return null;
    }

    private static async Task KeepClaimAsync(
        JsonObject claim, StatefulSetFacts set, int ordinal, PodRun run, ReconcileContext context, CancellationToken cancellationToken)
    {
        var key = new ResourceKey(KnownTypes.PersistentVolumeClaims, set.Snapshot.Key.Namespace, (string)claim["metadata"]!["name"]!);
        if ((await context.ReadAsync(key.Type, cancellationToken)).TryGet(key.Namespace, key.Name, out _))
        {
            return;
        }

        var result = await context.CreateAsync(key, claim, cancellationToken);
        var pod = StatefulPod.NameOf(set, ordinal);
        if (result.IsSuccess)
        {
            context.Event(
                run.Subject, EventTypes.Normal, "SuccessfulCreate", $"create Claim {key.Name} Pod {pod} in StatefulSet {set.Name} success");
        }
        else if (result.Error is { Reason: not "AlreadyExists" } error)
        {
            context.Event(
                run.Subject, EventTypes.Warning, "FailedCreate", $"create Claim {key.Name} for Pod {pod} in StatefulSet {set.Name} failed error: {error.Message}");
        }
    }

    private static async Task<ReconcileResult> AvoidCollisionAsync(
        StatefulSetFacts set, ResourceError error, ReconcileContext context, CancellationToken cancellationToken)
    {
        if (error.Reason == "AlreadyExists")
        {
            var patch = new JsonObject { ["status"] = new JsonObject { ["collisionCount"] = (set.Status.At("collisionCount").Int() ?? 0) + 1 } };
            await context.PatchAsync(set.Snapshot.Key, set.Snapshot.Uid, patch, cancellationToken, "status");
        }

        return ReconcileResult.Retry(error.Message);
    }
}
