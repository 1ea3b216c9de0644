using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Grains.Reconciling;

/// <summary>The usual controller: every object of one kind looks again when it changes and at each sweep.</summary>
/// <param name="caches">Caches of this process.</param>
/// <param name="grainType">Name of the reconciler's grain type.</param>
/// <param name="type">The kind's stored type.</param>
internal abstract class KindController(IResourceCaches caches, string grainType, ResourceType type) : IController
{
    public GrainType GrainType { get; } = GrainType.Create(grainType);

    protected IResourceCaches Caches => caches;

    protected ResourceType Type { get; } = type;

    /// <summary>True when the reconciler has something to do for an object that is gone.</summary>
    protected virtual bool TidiesUp => false;

    public void Route(ResourceChange change, NudgeBatch nudges)
    {
        if (change.Current.Key.Type != Type)
        {
            RouteOther(change, nudges);
        }
        else if (change.Kind != ResourceEventKind.Deleted || TidiesUp)
        {
            nudges.Add(GrainType, change.Current.Key, change);
        }
    }

    public virtual async ValueTask SweepAsync(NudgeBatch nudges, CancellationToken cancellationToken)
    {
        foreach (var item in (await caches.Get(Type).GetConsistentAsync(cancellationToken)).Enumerate())
        {
            nudges.Add(GrainType, item.Key);
        }
    }

    /// <summary>Nudges the objects of the kind that a change of another kind concerns; none by default.</summary>
    protected virtual void RouteOther(ResourceChange change, NudgeBatch nudges)
    {
    }
}
