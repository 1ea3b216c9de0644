using Crescent.Nodes;

namespace Crescent.NodeAgent.Stats;

/// <summary>Where the collector leaves its newest round for the heartbeat.</summary>
internal sealed class NewestStats : INodeStatsSource
{
    private volatile NodeStats? _current;

    public NodeStats? Current => _current;

    public void Put(NodeStats stats) => _current = stats;
}
