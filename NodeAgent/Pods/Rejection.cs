namespace Crescent.NodeAgent.Pods;

/// <summary>Why this node does not run a pod that was bound to it; reason and message of the status.</summary>
internal sealed record Rejection(string Reason, string Message)
{
    public static Rejection HostPortsTaken { get; } = new(
        "NodePorts", "Pod was rejected: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports");
}
