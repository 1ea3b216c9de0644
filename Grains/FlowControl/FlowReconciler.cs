using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.FlowControl;

/// <summary>Every cluster has the default FlowSchemas and priority levels, and every schema tells whether its level is there.</summary>
internal sealed class FlowReconciler : IReconciler
{
    public string Name => "api-priority-and-fairness-config-producer";

    public async Task<ReconcileResult> ReconcileAsync(string key, ReconcileContext context, CancellationToken cancellationToken)
    {
        var results = new List<MutationResult?>();
        foreach (var type in (ResourceType[])[KnownTypes.PriorityLevelConfigurations, KnownTypes.FlowSchemas])
        {
            var view = await context.ReadAsync(type, cancellationToken);
            results.AddRange(await Task.WhenAll(DefaultFlows.All.Where(flow => flow.Key.Type == type).Select(flow => KeepAsync(flow, view, context, cancellationToken))));
        }

        var levels = await context.ReadAsync(KnownTypes.PriorityLevelConfigurations, cancellationToken);
        var schemas = await context.ReadAsync(KnownTypes.FlowSchemas, cancellationToken);
        foreach (var schema in schemas.Enumerate(""))
        {
            if (FlowPlanner.Status(schema, name => levels.TryGet("", name, out _), context.Now) is { } status)
            {
                results.Add(await context.PatchAsync(schema.Key, schema.Uid, status, cancellationToken, "status"));
            }
        }

        return results.FirstOrDefault(static result => result?.Error is { Reason: not "AlreadyExists" and not "NotFound" })?.Error is { } error
            ? ReconcileResult.Retry(error.Message)
            : ReconcileResult.Done;
    }

    private static async Task<MutationResult?> KeepAsync(DefaultFlow flow, IResourceView view, ReconcileContext context, CancellationToken cancellationToken)
    {
        if (!view.TryGet("", flow.Key.Name, out var present))
        {
            return await context.CreateAsync(flow.Key, flow.Body, cancellationToken);
        }

        return FlowPlanner.Repair(present, flow) is { } patch
            ? await context.PatchAsync(flow.Key, present.Uid, patch, cancellationToken, version: present.Version) : null;
    }
}
