using System.Collections.Immutable;

namespace Crescent.Resources;

/// <summary>One entry of a user's <c>extra</c>.</summary>
[GenerateSerializer, Immutable, Alias("resources.UserFact")]
public sealed class UserFact
{
    /// <summary>e.g. <c>authentication.kubernetes.io/pod-name</c>.</summary>
    [Id(0)] public required string Key { get; init; }

    [Id(1)] public ImmutableArray<string> Values { get; init; } = [];
}
