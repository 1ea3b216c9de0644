using Crescent.Identity;

namespace Crescent.Grains.Workloads.ReplicaSets;

/// <summary>A kind that keeps a number of equal pods.</summary>
internal sealed record ReplicaSetFlavor(ResourceType Type, string ApiVersion, string Kind)
{
    public static ReplicaSetFlavor ReplicaSet { get; } = new(KnownTypes.ReplicaSets, "apps/v1", "ReplicaSet");

    public static ReplicaSetFlavor ReplicationController { get; } = new(KnownTypes.ReplicationControllers, "v1", "ReplicationController");
}
