using Crescent.Grains.Reconciling;
using Crescent.Watching;

namespace Crescent.Grains.Events;

/// <summary>Only time makes events old, so nothing is routed.</summary>
internal sealed class EventPruningController : IController
{
    public GrainType GrainType { get; } = GrainType.Create(EventPruningReconcilerGrain.TypeName);

    public void Route(ResourceChange change, NudgeBatch nudges)
    {
    }

    public ValueTask SweepAsync(NudgeBatch nudges, CancellationToken cancellationToken)
    {
        nudges.Add(GrainType, "all");
        return ValueTask.CompletedTask;
    }
}
