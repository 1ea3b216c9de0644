using System.Collections.Immutable;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Watching;

/// <summary>A page of stored objects in key order.</summary>
[GenerateSerializer, Immutable, Alias("watching.SnapshotPage")]
public sealed class SnapshotPage
{
    [Id(0)] public required ImmutableArray<ResourceSnapshot> Items { get; init; }

    /// <summary>True when nothing follows.</summary>
    [Id(1)] public required bool IsLast { get; init; }

    /// <summary>
    /// With the last page: the newest version in storage after all pages were read, deletions counted. A row that a page no longer showed
    /// was deleted at or before it.
    /// </summary>
    [Id(2)] public ResourceVersion Newest { get; init; }
}
