namespace Crescent.Joining;

/// <summary>
/// Asks for a node's certificates: <c>POST /crescent/v1/join</c> with the bootstrap token as bearer, or <c>POST /crescent/v1/renew</c>
/// with the node's present certificate.
/// </summary>
public sealed class JoinRequest
{
    /// <summary>Name of the Node object: a DNS subdomain.</summary>
    public required string NodeName { get; init; }

    /// <summary>PKCS#10 request in PEM; only its key is taken from it, the names are the cluster's to give.</summary>
    public required string SigningRequest { get; init; }

    /// <summary>DNS names the agent's own endpoint is reached at.</summary>
    public string[] DnsNames { get; init; } = [];

    /// <summary>Addresses the agent's own endpoint is reached at.</summary>
    public string[] Addresses { get; init; } = [];
}
