using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;
using Crescent.Identity;

namespace Crescent.Grains.Authorization;

/// <summary>Aggregated ClusterRoles have the rules of the roles they gather.</summary>
internal sealed class AggregationReconciler : IReconciler
{
    public string Name => "clusterrole-aggregation-controller";

    public async Task<ReconcileResult> ReconcileAsync(string key, ReconcileContext context, CancellationToken cancellationToken)
    {
        var view = await context.ReadAsync(KnownTypes.ClusterRoles, cancellationToken);
        var plan = AggregationPlanner.Plan([.. view.Enumerate()]).ToList();
        foreach (var (role, rules) in plan)
        {
            var result = await context.PatchAsync(role.Key, role.Uid, new JsonObject { ["rules"] = rules }, cancellationToken, version: role.Version);
            if (result.Error is { } error)
            {
                return ReconcileResult.Retry(error.Message);
            }
        }

        // Roles may gather roles that gather others.
        return plan.Count > 0 ? ReconcileResult.Again : ReconcileResult.Done;
    }
}
