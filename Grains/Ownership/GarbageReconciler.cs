using System.Collections.Immutable;
using Crescent.Definitions;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Ownership;

/// <summary>
/// Cascading deletion for one owner. The owner, and every other owner of a dependent, is asked through its own grain before anything is
/// deleted; a dependent is only touched in the version that was judged.
/// </summary>
internal sealed class GarbageReconciler(ResourceCatalog catalog, IOptions<ReconcilingOptions> options) : IReconciler
{
    private static readonly TimeSpan Recheck = TimeSpan.FromSeconds(10);

    public string Name => "garbage-collector-controller";

    public async Task<ReconcileResult> ReconcileAsync(string key, ReconcileContext context, CancellationToken cancellationToken)
    {
        var owner = OwnerKey.FromGrainKey(key);
        var live = await context.GetLiveAsync(owner.Object, cancellationToken);
        if (live is null || live.Uid != owner.Uid)
        {
            return await CollectAsync(owner, context, cancellationToken) ?? ReconcileResult.Done;
        }

        if (Finalizers.Has(live, Finalizers.Orphan))
        {
            return await OrphanAsync(live, context, cancellationToken);
        }

        if (!Finalizers.Has(live, Finalizers.Foreground))
        {
            return ReconcileResult.Done;
        }

        if (await CollectAsync(owner, context, cancellationToken) is { } problem)
        {
            return problem;
        }

        var dependents = await DependentsAsync(owner.Uid, context, cancellationToken);
        return dependents.Any(dependent => OwnerReferences.Of(dependent).Any(reference => reference.Uid == owner.Uid && reference.BlocksOwnerDeletion))
            ? ReconcileResult.LookAgain(Recheck)
            : await Finalizers.RemoveAsync(live, Finalizers.Foreground, context, cancellationToken);
    }

    private async Task<List<ResourceSnapshot>> DependentsAsync(string uid, ReconcileContext context, CancellationToken cancellationToken)
    {
        var dependents = new List<ResourceSnapshot>();
        foreach (var type in catalog.Types)
        {
            dependents.AddRange((await context.ReadAsync(type, cancellationToken)).OwnedBy(uid));
        }

        return dependents;
    }

    /// <summary>Null when every dependent has been dealt with.</summary>
    private async Task<ReconcileResult?> CollectAsync(OwnerKey owner, ReconcileContext context, CancellationToken cancellationToken)
    {
        var dependents = (await DependentsAsync(owner.Uid, context, cancellationToken))
            .Where(static dependent => dependent.DeletionTimestamp is null).ToList();
        var court = new OwnerCourt(catalog, context);
        var problems = await FanOut.RunAsync(dependents, options.Value.MaxParallelWrites, dependent =>
            JudgeAsync(dependent, court, context, cancellationToken));
        return problems.FirstOrDefault(static problem => problem is not null) is { } first ? ReconcileResult.Retry(first) : null;
    }

    private async Task<string?> JudgeAsync(
        ResourceSnapshot dependent, OwnerCourt court, ReconcileContext context, CancellationToken cancellationToken)
    {
        MutationResult? result = null;
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var references = OwnerReferences.Of(dependent);
            var states = await court.AskAsync(references, dependent.Key.Namespace, cancellationToken);
            var own = await OwnDependentsAsync(dependent, references, states, context, cancellationToken);
            var verdict = DependentVerdict.Of(references, states, own.Count > 0);
            result = await ExecuteAsync(dependent, references, verdict, own, context, cancellationToken);
            if (result?.Error is not { Code: 409 })
            {
                break;
            }

            // Changed since it was read, as pods do all the time: judge the newer state.
            if (await context.GetLiveAsync(dependent.Key, cancellationToken) is not { DeletionTimestamp: null } live || live.Uid != dependent.Uid)
            {
                return null;
            }

            dependent = live;
        }

        return result?.Error is { Code: not 404 } error ? error.Message : null;
    }

    private async Task<List<ResourceSnapshot>> OwnDependentsAsync(
        ResourceSnapshot dependent, ImmutableArray<OwnerReference> references, Dictionary<OwnerReference, OwnerState> states,
        ReconcileContext context, CancellationToken cancellationToken) =>
        references.Any(reference => states[reference] == OwnerState.WaitsForDependents)
            ? await DependentsAsync(dependent.Uid, context, cancellationToken)
            : [];

    private static async Task<MutationResult?> ExecuteAsync(
        ResourceSnapshot dependent, ImmutableArray<OwnerReference> references, DependentVerdict verdict, List<ResourceSnapshot> own,
        ReconcileContext context, CancellationToken cancellationToken)
    {
        switch (verdict.Fate)
        {
            case DependentFate.Rewrite:
                return await context.PatchAsync(
                    dependent.Key, dependent.Uid, OwnerReferences.Patch(verdict.Keep.Select(static reference => reference.ToJson())),
                    cancellationToken, version: dependent.Version);
            case DependentFate.Delete:
                return await context.DeleteAsync(dependent.Key, dependent.Uid, cancellationToken, DeletionPropagation.Background, version: dependent.Version);
            case DependentFate.DeleteForeground:
                if (!own.Any(static item => Finalizers.Has(item, Finalizers.Foreground)))
                {
                    return await context.DeleteAsync(dependent.Key, dependent.Uid, cancellationToken, DeletionPropagation.Foreground, version: dependent.Version);
                }

                // A circle: each would wait for the other, so this one stops blocking its owner.
                var unblocked = await context.PatchAsync(
                    dependent.Key, dependent.Uid,
                    OwnerReferences.Patch(references.Select(static reference => (reference with { BlocksOwnerDeletion = false }).ToJson())),
                    cancellationToken, version: dependent.Version);
                return unblocked.Snapshot is { } next
                    ? await context.DeleteAsync(next.Key, next.Uid, cancellationToken, DeletionPropagation.Foreground, version: next.Version)
                    : unblocked;
            default:
                return null;
        }
    }

    private async Task<ReconcileResult> OrphanAsync(ResourceSnapshot owner, ReconcileContext context, CancellationToken cancellationToken)
    {
        var dependents = await DependentsAsync(owner.Uid, context, cancellationToken);
        var results = await FanOut.RunAsync(dependents, options.Value.MaxParallelWrites, dependent => context.PatchAsync(
            dependent.Key, dependent.Uid,
            OwnerReferences.Patch(OwnerReferences.Of(dependent).Where(reference => reference.Uid != owner.Uid).Select(static reference => reference.ToJson())),
            cancellationToken, version: dependent.Version));
        return results.FirstOrDefault(static result => result.Error is { Code: not 404 })?.Error is { } error
            ? ReconcileResult.Retry(error.Message)
            : await Finalizers.RemoveAsync(owner, Finalizers.Orphan, context, cancellationToken);
    }
}
