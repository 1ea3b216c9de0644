using System.Collections.Immutable;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Nodes;

/// <summary>
/// What changed in a feed. Level-triggered: a page carries the newest state of each object, not its history. Empty after a long-poll
/// that saw no change.
/// </summary>
[GenerateSerializer, Immutable, Alias("nodes.FeedPage")]
public sealed class FeedPage
{
    [Id(0)] public required FeedCursor Next { get; init; }

    /// <summary>True: <see cref="Changed"/> is everything; forget all else.</summary>
    [Id(1)] public required bool IsFull { get; init; }

    [Id(2)] public ImmutableArray<ResourceSnapshot> Changed { get; init; } = [];

    [Id(3)] public ImmutableArray<ResourceKey> Removed { get; init; } = [];
}
