using Crescent.Grains.Reconciling;
using Crescent.Grains.Workloads;
using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Grains.Networking;

/// <summary>A Service looks again when it, its endpoints, or something endpoints show of a pod it selects or selected changes.</summary>
internal sealed class EndpointsController(IResourceCaches caches)
    : KindController(caches, EndpointsReconcilerGrain.TypeName, KnownTypes.Services)
{
    /// <summary>Endpoints go with their Service.</summary>
    protected override bool TidiesUp => true;

    protected override void RouteOther(ResourceChange change, NudgeBatch nudges)
    {
        var key = change.Current.Key;
        if (key.Type == KnownTypes.Pods)
        {
            RoutePod(change, nudges);
        }
        else if (key.Type == KnownTypes.Endpoints)
        {
            nudges.Add(GrainType, new ResourceKey(KnownTypes.Services, key.Namespace, key.Name), change);
        }
        else if (key.Type == KnownTypes.EndpointSlices && change.Current.Labels.TryGetValue(EndpointLabels.ServiceName, out var service)
            && service.Length > 0)
        {
            nudges.Add(GrainType, new ResourceKey(KnownTypes.Services, key.Namespace, service), change);
        }
    }

    private void RoutePod(ResourceChange change, NudgeBatch nudges)
    {
        var services = Caches.Get(KnownTypes.Services).Current.Enumerate(change.Current.Key.Namespace);
        bool? isVisible = null;
        foreach (var service in services)
        {
            if (Selectors.Of(service) is not { } selector)
            {
                continue;
            }

            var matches = selector.Matches(change.Current.Labels);
            var matched = change.Previous is { } previous && selector.Matches(previous.Labels);
            if ((matches || matched) && (matches != matched || (isVisible ??= IsVisible(change))))
            {
                nudges.Add(GrainType, service.Key, change);
            }
        }
    }

    private static bool IsVisible(ResourceChange change) =>
        change.Kind == ResourceEventKind.Deleted || change.Previous is not { } previous
        || EndpointPod.Of(previous) != EndpointPod.Of(change.Current);
}
