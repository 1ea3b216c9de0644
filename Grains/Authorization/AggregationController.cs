using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Grains.Authorization;

/// <summary>Any change of a ClusterRole may change a sum.</summary>
internal sealed class AggregationController : IController
{
    private const string Key = "cluster";

    public GrainType GrainType { get; } = GrainType.Create(AggregationReconcilerGrain.TypeName);

    public void Route(ResourceChange change, NudgeBatch nudges)
    {
        if (change.Current.Key.Type == KnownTypes.ClusterRoles)
        {
            nudges.Add(GrainType, Key, change);
        }
    }

    public ValueTask SweepAsync(NudgeBatch nudges, CancellationToken cancellationToken)
    {
        nudges.Add(GrainType, Key);
        return ValueTask.CompletedTask;
    }
}
