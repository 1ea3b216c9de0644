using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Grains.Bootstrap;

/// <summary>Looks again when one of the kept objects is touched; sweeps at the start of every silo, whose address may be new.</summary>
internal sealed class BootstrapController : IController
{
    private const string Key = "cluster";

    public GrainType GrainType { get; } = GrainType.Create(BootstrapReconcilerGrain.TypeName);

    public void Route(ResourceChange change, NudgeBatch nudges)
    {
        var key = change.Current.Key;
        var isKept = change.Kind != ResourceEventKind.Added
            && (key == BootstrapObjects.Service || key == BootstrapObjects.Endpoints || key == BootstrapObjects.Slice);
        var isMissed = change.Kind == ResourceEventKind.Deleted
            && (key.Type == KnownTypes.Namespaces || key.Type == KnownTypes.PriorityClasses);
        if (isKept || isMissed)
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
