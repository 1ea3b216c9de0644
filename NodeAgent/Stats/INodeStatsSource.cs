using Crescent.Nodes;

namespace Crescent.NodeAgent.Stats;

/// <summary>Usage figures for the heartbeat.</summary>
public interface INodeStatsSource
{
    /// <summary>The newest round of measurement; null before the first. The same instance is returned until there is a newer one.</summary>
    NodeStats? Current { get; }
}
