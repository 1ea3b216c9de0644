using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Crescent.Definitions;
using Crescent.Grains.Events;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Workloads;
using Crescent.Identity;
using Crescent.Nodes;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Autoscaling;

/// <summary>Measures, asks <see cref="AutoscalerPlanner"/>, scales. Looks every fifteen seconds.</summary>
internal sealed class AutoscalerReconciler(IGrainFactory grains, IResourceCaches caches, ResourceCatalog catalog) : IReconciler
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(15);

    /// <summary>As long as any window or period may be.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    private readonly NodeStatsReader _stats = new(grains, caches);
    private readonly ScalingPast _past = new();
    private DateTimeOffset _lastLook;
    private bool _hasLooked;

    public string Name => "horizontal-pod-autoscaler";

    public async Task<ReconcileResult> ReconcileAsync(string key, ReconcileContext context, CancellationToken cancellationToken)
    {
        var id = ResourceKey.FromGrainKey(key);
        if (!(await context.ReadAsync(KnownTypes.HorizontalPodAutoscalers, cancellationToken)).TryGet(id.Namespace, id.Name, out var snapshot)
            || snapshot.DeletionTimestamp is not null)
        {
            return ReconcileResult.Done;
        }

        // Its own status writes wake it; the clock decides when there is something new to see.
        var sinceLast = context.Now - _lastLook;
        if (sinceLast < TimeSpan.FromSeconds(1))
        {
            return ReconcileResult.LookAgain(Period - sinceLast);
        }

        _lastLook = context.Now;
        var autoscaler = AutoscalerFacts.Of(snapshot);
        var subject = EventSubject.Of(snapshot, "autoscaling/v2", "HorizontalPodAutoscaler");
        if (await TargetAsync(autoscaler, context, cancellationToken) is not { } target)
        {
            var message = $"the HPA controller was unable to get the target's current scale: {autoscaler.TargetKind} \"{autoscaler.TargetName}\" not found";
            context.Event(subject, EventTypes.Warning, "FailedGetScale", message);
            return ReconcileResult.LookAgain(Period);
        }

        var view = target.View();
        var current = view.At("spec", "replicas").Int() ?? 0;
        var usage = await UsageAsync(autoscaler, Selectors.Of(target), context, cancellationToken);
        _past.Forget(context.Now - Memory);
        if (!_hasLooked)
        {
            // A new process knows no past: it begins with what is there, so that nothing shrinks because it started.
            _past.Recommended(context.Now, current);
            _hasLooked = true;
        }

        var plan = AutoscalerPlanner.Plan(autoscaler, current, usage, _past, context.Now);
        _past.Recommended(context.Now, plan.Recommended);
        var isScaled = plan.Desired != current && await ScaleAsync(target, plan, subject, context, cancellationToken);
        if (isScaled)
        {
            _past.Changed(context.Now, plan.Desired - current);
        }

        if (AutoscalerStatus.Patch(autoscaler, plan, view.At("status", "replicas").Int() ?? 0, isScaled, context.Now) is { } patch)
        {
            await context.PatchAsync(id, snapshot.Uid, patch, cancellationToken, "status");
        }

        return ReconcileResult.LookAgain(Period);
    }

    private async Task<ResourceSnapshot?> TargetAsync(AutoscalerFacts autoscaler, ReconcileContext context, CancellationToken cancellationToken) =>
        catalog.TryGetKind(autoscaler.TargetApiVersion, autoscaler.TargetKind, out var definition)
        && definition.Subresources.Any(static subresource => subresource.Name == "scale")
        && (await context.ReadAsync(definition.Type, cancellationToken)).TryGet(autoscaler.Snapshot.Key.Namespace, autoscaler.TargetName, out var target)
            ? target
            : null;

    private static async Task<bool> ScaleAsync(
        ResourceSnapshot target, AutoscalerPlan plan, EventSubject subject, ReconcileContext context, CancellationToken cancellationToken)
    {
        var patch = new JsonObject { ["spec"] = new JsonObject { ["replicas"] = plan.Desired } };
        var result = await context.PatchAsync(target.Key, target.Uid, patch, cancellationToken, "scale");
        if (result.Error is { } error)
        {
            context.Event(subject, EventTypes.Warning, "FailedRescale", $"New size: {plan.Desired}; reason: {plan.Why}; error: {error.Message}");
            return false;
        }

        context.Event(subject, EventTypes.Normal, "SuccessfulRescale", $"New size: {plan.Desired}; reason: {plan.Why}");
        return true;
    }

    private async Task<List<IReadOnlyList<PodUsage>>> UsageAsync(
        AutoscalerFacts autoscaler, LabelSelector? selector, ReconcileContext context, CancellationToken cancellationToken)
    {
        var pods = (await context.ReadAsync(KnownTypes.Pods, cancellationToken)).Enumerate(autoscaler.Snapshot.Key.Namespace)
            .Where(pod => selector?.Matches(pod.Labels) ?? false).Select(MeasuredPod.Of).Where(static pod => pod.Facts.IsActive).ToList();
        var stats = new Dictionary<string, PodStats>(StringComparer.Ordinal);
        foreach (var node in pods.Select(static pod => pod.Facts.NodeName).Where(static node => node.Length > 0).Distinct(StringComparer.Ordinal))
        {
            foreach (var pod in (await _stats.ReadAsync(node, cancellationToken))?.Pods ?? [])
            {
                stats[pod.Uid] = pod;
            }
        }

        return [.. autoscaler.Goals.Select(goal => (IReadOnlyList<PodUsage>)
            [.. pods.Select(pod => pod.Usage(goal, stats.GetValueOrDefault(pod.Facts.Snapshot.Uid)))])];
    }
}
