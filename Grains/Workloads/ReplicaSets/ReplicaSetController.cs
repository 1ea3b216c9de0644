using Crescent.Grains.Ownership;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Grains.Workloads.ReplicaSets;

/// <summary>A ReplicaSet looks again when it, one of its pods, or a pod it could adopt changes.</summary>
internal sealed class ReplicaSetController(IResourceCaches caches) : IController
{
    public GrainType GrainType { get; } = GrainType.Create(ReplicaSetReconcilerGrain.TypeName);

    public void Route(ResourceChange change, NudgeBatch nudges)
    {
        var key = change.Current.Key;
        if (key.Type == KnownTypes.ReplicaSets)
        {
            if (change.Kind != ResourceEventKind.Deleted)
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
        foreach (var set in (await caches.Get(KnownTypes.ReplicaSets).GetConsistentAsync(cancellationToken)).Enumerate())
        {
            nudges.Add(GrainType, set.Key);
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

        foreach (var set in caches.Get(KnownTypes.ReplicaSets).Current.Enumerate(change.Current.Key.Namespace))
        {
            if (Selectors.Of(set)?.Matches(change.Current.Labels) ?? false)
            {
                nudges.Add(GrainType, set.Key, change);
            }
        }

        void NudgeController(string? uid)
        {
            if (uid is not null && OwnerReferences.Find(change, uid) is { Kind: "ReplicaSet" } owner)
            {
                nudges.Add(GrainType, new ResourceKey(KnownTypes.ReplicaSets, change.Current.Key.Namespace, owner.Name), change);
            }
        }
    }
}
