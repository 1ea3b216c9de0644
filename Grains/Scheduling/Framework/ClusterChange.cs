namespace Crescent.Grains.Scheduling.Framework;

/// <summary>Something that may make room for a waiting pod. Exactly one of the parts is set, by kind.</summary>
internal sealed record ClusterChange
{
    /// <summary>A node that is new (<see cref="PreviousNode"/> null) or changed.</summary>
    public NodeFacts? Node { get; private init; }

    public NodeFacts? PreviousNode { get; private init; }

    /// <summary>A pod that was bound, or whose labels changed while bound.</summary>
    public PodInfo? Placed { get; private init; }

    /// <summary>A pod that left its node: deleted, ended, or its binding failed.</summary>
    public PodInfo? Left { get; private init; }

    public static ClusterChange OfNode(NodeFacts node, NodeFacts? previous) => new() { Node = node, PreviousNode = previous };

    public static ClusterChange OfPlaced(PodInfo pod) => new() { Placed = pod };

    public static ClusterChange OfLeft(PodInfo pod) => new() { Left = pod };
}
