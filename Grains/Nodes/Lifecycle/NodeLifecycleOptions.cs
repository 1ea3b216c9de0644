namespace Crescent.Grains.Nodes.Lifecycle;

/// <summary>What happens to the pods of nodes that are lost.</summary>
public sealed class NodeLifecycleOptions
{
    /// <summary>
    /// How long a node object has to be gone before its pods are removed by force. 5 seconds: long enough for a node that is deleted and
    /// registers again at once.
    /// </summary>
    public TimeSpan MissingNodeQuarantine { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How often a node waits again while no node at all is ready. Nothing is evicted then: the fault is more likely on this side.
    /// 10 seconds.
    /// </summary>
    public TimeSpan AllLostRecheck { get; set; } = TimeSpan.FromSeconds(10);
}
