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
internal abstract class PodWorkloadController(IResourceCaches caches, string grainType, ResourceType type, string kind)
    : KindController(caches, grainType, type)
{
    protected override void RouteOther(ResourceChange change, NudgeBatch nudges)
    {
        if (change.Current.Key.Type == KnownTypes.Pods)
        {
            RoutePod(change, nudges);
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

        foreach (var item in Caches.Get(Type).Current.Enumerate(change.Current.Key.Namespace))
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
                nudges.Add(GrainType, new ResourceKey(Type, change.Current.Key.Namespace, owner.Name), change);
            }
        }
    }
}
