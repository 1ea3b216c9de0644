using System.Collections.Immutable;
using Crescent.Resources;

namespace Crescent.Watching;

/// <summary>A page of stored objects in key order.</summary>
[GenerateSerializer, Immutable, Alias("watching.SnapshotPage")]
public sealed class SnapshotPage
{
    [Id(0)] public required ImmutableArray<ResourceSnapshot> Items { get; init; }

    /// <summary>True when nothing follows.</summary>
    [Id(1)] public required bool IsLast { get; init; }
}
