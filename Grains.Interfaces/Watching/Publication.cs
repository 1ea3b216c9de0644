using System.Collections.Immutable;
using Crescent.Identity;

namespace Crescent.Watching;

/// <summary>Settles reserved versions: each is either an event (committed) or abandoned (nothing was committed under it).</summary>
[GenerateSerializer, Immutable, Alias("watching.Publication")]
public sealed class Publication
{
    [Id(0)] public required long Epoch { get; init; }

    /// <summary>Committed changes in version order.</summary>
    [Id(1)] public ImmutableArray<ResourceEvent> Events { get; init; } = [];

    /// <summary>Reserved versions that will never be used.</summary>
    [Id(2)] public ImmutableArray<ResourceVersion> Abandoned { get; init; } = [];

    /// <summary>Storage refused the epoch: the sequencer is to find out whether it has been replaced.</summary>
    [Id(3)] public bool IsFenced { get; init; }
}
