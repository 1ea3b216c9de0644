namespace Crescent.Joining;

/// <summary>What makes a node a member.</summary>
public sealed class JoinReply
{
    /// <summary>PEM; user <c>system:node:NAME</c>, group <c>system:nodes</c>, for calls to the cluster.</summary>
    public required string ClientCertificate { get; init; }

    /// <summary>PEM; for the agent's own HTTPS endpoint.</summary>
    public required string ServingCertificate { get; init; }

    /// <summary>PEM of the cluster's authorities: the one that signs, then others that are trusted.</summary>
    public required string Authority { get; init; }
}
