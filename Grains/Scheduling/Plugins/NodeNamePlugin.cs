using Crescent.Grains.Scheduling.Framework;

namespace Crescent.Grains.Scheduling.Plugins;

/// <summary>A pod that names its node goes there or nowhere.</summary>
internal sealed class NodeNamePlugin : IFilterPlugin
{
    private readonly Rejection _rejection = new("NodeName", "node(s) didn't match the requested node name");

    public string Name => "NodeName";

    public Rejection? Filter(PodInfo pod, NodeInfo node) => pod.NodeName.Length == 0 || pod.NodeName == node.Name ? null : _rejection;

    public bool MayHelp(PodInfo pod, ClusterChange change) => change is { Node: not null, PreviousNode: null };
}
