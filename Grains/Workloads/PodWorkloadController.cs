using Crescent.Grains.Ownership;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Grains.Workloads;

/// <summary>A kind that controls pods looks again when it, one of its pods, or a pod it could adopt changes.</summary>
/// <param name="caches">Caches of this process.</param>
/// <param name="grainType">Name of the reconciler's grain type.</param>
/// <param name="type">The kind's stored type.</param>
/// <param name="kind">The kind as owner references name it.</param>
internal abstract class PodWorkloadController(IResourceCaches caches, string grainType, ResourceType type, string kind) : IController
{
    public GrainType GrainType { get; } = GrainType.Create(grainType);

    protected IResourceCaches Caches => caches;

    /// <summary>True when the reconciler has something to do for an object that is gone.</summary>
    protected virtual bool TidiesUp => false;

    public virtual void Route(ResourceChange change, NudgeBatch nudges)
    {
        var key = change.Current.Key;
        if (key.Type == type)
        {
            if (change.Kind != ResourceEventKind.Deleted || TidiesUp)
            {
                nudges.Add(GrainType, key, change);
            }
        }
        else if (key.Type == KnownTypes.Pods)
        {
            RoutePod(change, nudges);
        }
    }

    public async ValueTask SweepAsync(NudgeBatch nudges, CancellationToken cancellationToken)
    {
        foreach (var item in (await caches.Get(type).GetConsistentAsync(cancellationToken)).Enumerate())
        {
            nudges.Add(GrainType, item.Key);
        }
    }

    private void RoutePod(ResourceChange change, NudgeBatch nudges)
    {
        NudgeController(change.Current.ControllerUid);
        if (change.Previous is { } previous && previous.ControllerUid != change.Current.ControllerUid)
        {
            NudgeController(previous.ControllerUid);
        }

        if (change.Current.ControllerUid is not null || change.Kind == ResourceEventKind.Deleted
            || (change.Previous is { } before && before.ControllerUid is null && ReferenceEquals(before.Labels, change.Current.Labels)))
        {
            return;
        }

        foreach (var item in caches.Get(type).Current.Enumerate(change.Current.Key.Namespace))
        {
            if (Selectors.Of(item)?.Matches(change.Current.Labels) ?? false)
            {
                nudges.Add(GrainType, item.Key, change);
            }
        }

        void NudgeController(string? uid)
        {
            if (uid is not null && OwnerReferences.Find(change, uid) is { } owner && owner.Kind == kind)
            {
                nudges.Add(GrainType, new ResourceKey(type, change.Current.Key.Namespace, owner.Name), change);
            }
        }
    }
}
