using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Grains.Workloads.StatefulSets;

internal sealed class StatefulSetController(IResourceCaches caches)
    : PodWorkloadController(caches, StatefulSetReconcilerGrain.TypeName, KnownTypes.StatefulSets, "StatefulSet");
