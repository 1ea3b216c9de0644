using Crescent.Grains.Reconciling;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Workloads.ReplicaSets;

/// <summary>A ReplicationController is a ReplicaSet with a plainer selector.</summary>
internal sealed class ReplicationControllerReconciler(NameSuffix suffix, IOptions<ReconcilingOptions> options)
    : ReplicaSetReconciler(suffix, options)
{
    public override string Name => "replication-controller";

    protected override ReplicaSetFlavor Flavor => ReplicaSetFlavor.ReplicationController;
}
