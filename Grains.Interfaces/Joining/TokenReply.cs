namespace Crescent.Joining;

/// <summary>Answer to <c>POST /crescent/v1/token</c>: what an Orleans client of the cluster connects with.</summary>
public sealed class TokenReply
{
    /// <summary>Goes with every grain call.</summary>
    public required string Token { get; init; }

    /// <summary>Ask again well before.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>Gateways of the silos alive now, as <c>address:port:generation</c>.</summary>
    public required string[] Gateways { get; init; }

    /// <summary>SHA-256 of the authorities' PEM as <see cref="JoinReply.Authority"/> has it, lower-case hex; an agent that has others renews its own.</summary>
    public string? AuthorityHash { get; init; }
}
