using System.Collections.Immutable;

namespace Crescent.Authorization;

/// <summary>What a user may do, as far as it can be listed.</summary>
public sealed record GrantedRules
{
    public static GrantedRules None { get; } = new();

    public ImmutableArray<PolicyRule> Rules { get; init; } = [];

    /// <summary>What could not be found out, e.g. roles that are bound and not there; empty when the list is complete.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];
}
