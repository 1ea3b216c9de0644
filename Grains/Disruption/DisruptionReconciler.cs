using Crescent.Definitions;
using Crescent.Grains.Events;
using Crescent.Grains.Ownership;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Workloads;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Disruption;

/// <summary>Carries out what <see cref="BudgetPlanner"/> decides.</summary>
internal sealed class DisruptionReconciler(ResourceCatalog catalog) : IReconciler
{
    private readonly SnapshotMemo<PodFacts> _pods = new(PodFacts.Of);

    public string Name => "disruption-controller";

    public bool LooksTwice => true;

    public async Task<ReconcileResult> ReconcileAsync(string key, ReconcileContext context, CancellationToken cancellationToken)
    {
        var id = ResourceKey.FromGrainKey(key);
        if (!(await context.ReadAsync(KnownTypes.PodDisruptionBudgets, cancellationToken)).TryGet(id.Namespace, id.Name, out var snapshot))
        {
            return ReconcileResult.Done;
        }

        var budget = BudgetFacts.Of(snapshot);
        var all = await context.ReadAsync(KnownTypes.Pods, cancellationToken);
        var pods = _pods.Read(all.Enumerate(id.Namespace).Where(pod => budget.Selector?.Matches(pod.Labels) ?? false)).FindAll(static pod => !pod.IsFinished);
        if (pods.Count == 0)
        {
            context.Event(EventSubject.Of(snapshot, "policy/v1", "PodDisruptionBudget"), EventTypes.Normal, "NoPods", "No matching pods found");
        }

        var scale = budget.NeedsScale ? await ScaleAsync(pods, context, cancellationToken) : 0;
        var plan = BudgetPlanner.Plan(budget, pods, scale, context.Now);
        if (BudgetStatus.Patch(budget, plan, context.Now) is { } patch)
        {
            // Evictions count the budget down at the same time: only the state that was judged may be replaced.
            var result = await context.PatchAsync(id, snapshot.Uid, patch, cancellationToken, "status", snapshot.Version);
            if (result.Error is { Code: not 404 } error)
            {
                return ReconcileResult.Retry(error.Message);
            }
        }

        return ReconcileResult.LookAgain(plan.LookAgain);
    }

    /// <summary>Wanted pods of all workloads that control one of the pods; of a ReplicaSet in a Deployment, those of the Deployment.</summary>
    private async Task<int> ScaleAsync(List<PodFacts> pods, ReconcileContext context, CancellationToken cancellationToken)
    {
        var scale = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var pod in pods.DistinctBy(static pod => pod.Snapshot.ControllerUid))
        {
            if (await ControllerAsync(pod.Snapshot, context, cancellationToken) is not { } controller)
            {
                continue;
            }

            if (controller.Key.Type == KnownTypes.ReplicaSets)
            {
                controller = await ControllerAsync(controller, context, cancellationToken) ?? controller;
            }

            scale[controller.Uid] = controller.View().At("spec", "replicas").Int() ?? 0;
        }

        return scale.Values.Sum();
    }

    private async Task<ResourceSnapshot?> ControllerAsync(ResourceSnapshot dependent, ReconcileContext context, CancellationToken cancellationToken) =>
        OwnerReferences.Of(dependent).FirstOrDefault(static reference => reference.IsController) is { } reference
        && OwnerReferences.KeyOf(reference, dependent.Key.Namespace, catalog) is { } key
        && (await context.ReadAsync(key.Type, cancellationToken)).TryGet(key.Namespace, key.Name, out var owner) && owner.Uid == reference.Uid
            ? owner
            : null;
}
