using System.Collections.Immutable;

namespace Crescent.Definitions;

/// <summary>A subresource as discovery shows it.</summary>
public sealed record SubresourceDefinition
{
    /// <summary>e.g. <c>status</c>, <c>scale</c>, <c>log</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Kind of the subresource's body: the parent's kind for status, <c>Scale</c>, <c>Eviction</c> …</summary>
    public required string Kind { get; init; }

    /// <summary>Group of <see cref="Kind"/>; null: the parent's.</summary>
    public string? Group { get; init; }

    /// <summary>Version of <see cref="Kind"/>; null: the parent's.</summary>
    public string? Version { get; init; }

    public ImmutableArray<string> Verbs { get; init; } = ["get", "patch", "update"];
}
