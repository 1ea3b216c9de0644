using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Grains.Workloads.ReplicaSets;

internal sealed class ReplicaSetController(IResourceCaches caches)
    : PodWorkloadController(caches, ReplicaSetReconcilerGrain.TypeName, KnownTypes.ReplicaSets, "ReplicaSet");
