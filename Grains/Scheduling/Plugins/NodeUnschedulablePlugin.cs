using Crescent.Grains.Scheduling.Framework;

namespace Crescent.Grains.Scheduling.Plugins;

/// <summary>Keeps pods off cordoned nodes, except those that tolerate the cordon's taint.</summary>
internal sealed class NodeUnschedulablePlugin : IFilterPlugin
{
    private static readonly Taint Cordon = new(Taint.UnschedulableKey, "", Taint.NoSchedule);
    private readonly Rejection _rejection = new("NodeUnschedulable", "node(s) were unschedulable");

    public string Name => "NodeUnschedulable";

    public Rejection? Filter(PodInfo pod, NodeInfo node) =>
        node.Facts!.IsUnschedulable && !NodeFacts.IsTolerated(pod, Cordon) ? _rejection : null;

    public bool MayHelp(PodInfo pod, ClusterChange change) =>
        change.Node is { IsUnschedulable: false } && change.PreviousNode is null or { IsUnschedulable: true };
}
