using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Grains.FlowControl;

/// <summary>Looks again when a FlowSchema or a priority level changes, which is seldom, and at the start of every silo.</summary>
internal sealed class FlowController : IController
{
    private const string Key = "cluster";

    public GrainType GrainType { get; } = GrainType.Create(FlowReconcilerGrain.TypeName);

    public void Route(ResourceChange change, NudgeBatch nudges)
    {
        if (change.Current.Key.Type == KnownTypes.FlowSchemas || change.Current.Key.Type == KnownTypes.PriorityLevelConfigurations)
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
