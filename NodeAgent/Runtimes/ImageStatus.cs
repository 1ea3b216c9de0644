using System.Collections.Immutable;

namespace Crescent.NodeAgent.Runtimes;

/// <summary>An image on this node.</summary>
internal sealed record ImageStatus
{
    public required string Id { get; init; }
    public ImmutableArray<string> Tags { get; init; } = [];
    public ImmutableArray<string> Digests { get; init; } = [];
    public long SizeBytes { get; init; }

    /// <summary>User the image runs as, as its maker wrote it.</summary>
    public string User { get; init; } = "";
}
