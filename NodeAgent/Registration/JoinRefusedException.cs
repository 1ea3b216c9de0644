namespace Crescent.NodeAgent.Registration;

/// <summary>The cluster, or this machine's configuration, does not let the node in.</summary>
internal sealed class JoinRefusedException(string message) : Exception(message);
