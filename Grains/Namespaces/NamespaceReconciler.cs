using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Crescent.Definitions;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Namespaces;

/// <summary>
/// Deletes everything in a terminating namespace, waits until it is gone, then removes <c>kubernetes</c> from <c>spec.finalizers</c>,
/// which lets the namespace itself go. See <see href="https://kubernetes.io/docs/tasks/administer-cluster/namespaces/">namespaces</see>.
/// </summary>
internal sealed class NamespaceReconciler(ResourceCatalog catalog, IOptions<ReconcilingOptions> options) : IReconciler
{
    private static readonly TimeSpan Recheck = TimeSpan.FromSeconds(5);

    public string Name => "namespace-controller";

    public async Task<ReconcileResult> ReconcileAsync(string key, ReconcileContext context, CancellationToken cancellationToken)
    {
        var id = ResourceKey.FromGrainKey(key);
        var namespaces = await context.ReadAsync(KnownTypes.Namespaces, cancellationToken);
        if (!namespaces.TryGet("", id.Name, out var ns) || ns.DeletionTimestamp is null || !HoldsContent(ns))
        {
            return ReconcileResult.Done;
        }

        // There may be tens of thousands: nobody holds their states while they are deleted.
        var doomed = (await ContentAsync(id.Name, context, cancellationToken))
            .Where(static item => item.DeletionTimestamp is null).Select(static item => (item.Key, item.Uid)).ToList();
        var problems = await FanOut.RunAsync(doomed, options.Value.MaxParallelWrites, async item =>
            (await context.DeleteAsync(item.Key, item.Uid, cancellationToken, DeletionPropagation.Background)).Error);
        var problem = problems.FirstOrDefault(static error => error is { Code: not (404 or 409) });

        // The last look must not miss what was created while the rest was being deleted.
        foreach (var type in catalog.NamespacedTypes)
        {
            context.Doubt(type);
        }

        var left = await ContentAsync(id.Name, context, cancellationToken);
        if (left.Count == 0 && problem is null)
        {
            return await FinalizeAsync(ns, context, cancellationToken);
        }

        if (NamespaceConditions.Patch(ns, left, problem?.Message, context.Now) is { } patch)
        {
            await context.PatchAsync(ns.Key, ns.Uid, patch, cancellationToken, "status");
        }

        return problem is not null ? ReconcileResult.Retry(problem.Message)
            : left.Any(static item => item.DeletionTimestamp is null) ? ReconcileResult.Again
            : ReconcileResult.LookAgain(Recheck);
    }

    private async Task<List<ResourceSnapshot>> ContentAsync(string ns, ReconcileContext context, CancellationToken cancellationToken)
    {
        var content = new List<ResourceSnapshot>();
        foreach (var type in catalog.NamespacedTypes)
        {
            content.AddRange((await context.ReadAsync(type, cancellationToken)).Enumerate(ns));
        }

        return content;
    }

    private static bool HoldsContent(ResourceSnapshot ns) =>
        ns.View().At("spec", "finalizers").Items().Any(static finalizer => finalizer.ValueEqualsText("kubernetes"));

    private static async Task<ReconcileResult> FinalizeAsync(ResourceSnapshot ns, ReconcileContext context, CancellationToken cancellationToken)
    {
        var left = new JsonArray();
        foreach (var finalizer in ns.View().At("spec", "finalizers").Items().Where(static finalizer => !finalizer.ValueEqualsText("kubernetes")))
        {
            left.Add(finalizer.Text());
        }

        var body = JsonNode.Parse(ns.Body)!.AsObject();
        body["spec"] = new JsonObject { ["finalizers"] = left };
        var result = await context.ReplaceAsync(ns.Key, body, cancellationToken, "finalize");
        return result.Error is { Code: not 404 } error ? ReconcileResult.Retry(error.Message) : ReconcileResult.Done;
    }
}
