using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Grains.Workloads.ReplicaSets;

internal sealed class ReplicationControllerController(IResourceCaches caches) : PodWorkloadController(
    caches, ReplicationControllerReconcilerGrain.TypeName, KnownTypes.ReplicationControllers, "ReplicationController");
