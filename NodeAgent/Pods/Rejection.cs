namespace Crescent.NodeAgent.Pods;

/// <summary>Why this node does not run a pod that was bound to it: reason and message of the event, and of the status.</summary>
internal sealed record Rejection(string Reason, string Message);
