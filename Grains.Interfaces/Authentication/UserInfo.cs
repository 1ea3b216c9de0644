using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Crescent.Authentication;

/// <summary>Who sent a request, as Kubernetes describes users. Authenticators keep instances, so that what is computed for one is found again.</summary>
public sealed record UserInfo
{
    public required string Name { get; init; }

    /// <summary>Empty when the authenticator knows none.</summary>
    public string Uid { get; init; } = "";

    /// <summary>Groups, <c>system:authenticated</c> or <c>system:unauthenticated</c> included.</summary>
    public ImmutableArray<string> Groups { get; init; } = [];

    /// <summary>Further facts, e.g. of a service account token.</summary>
    public FrozenDictionary<string, ImmutableArray<string>> Extra { get; init; } = FrozenDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>Nobody in particular.</summary>
    public static UserInfo Anonymous { get; } = new() { Name = "system:anonymous", Groups = [WellKnownGroups.Unauthenticated] };

    public bool IsAnonymous => ReferenceEquals(this, Anonymous);

    /// <summary>Member of <c>system:masters</c>: may do everything, whatever the roles say.</summary>
    public bool IsMaster => Groups.Contains(WellKnownGroups.Masters);
}
