using System.Collections.Immutable;
using Crescent.Identity;

namespace Crescent.Watching;

/// <summary>Answer of <see cref="IResourceTypeGrain.ReadAsync"/>.</summary>
[GenerateSerializer, Immutable, Alias("watching.EventPage")]
public sealed class EventPage
{
    /// <summary>Everything that happened after the asked version up to <see cref="Through"/>, in version order, gapless.</summary>
    [Id(0)] public ImmutableArray<ResourceEvent> Events { get; init; } = [];

    /// <summary>Position to continue from; at least the asked version. May be past the last event (abandoned versions).</summary>
    [Id(1)] public required ResourceVersion Through { get; init; }

    /// <summary>The asked version is older than the window: load from storage instead.</summary>
    [Id(2)] public bool IsExpired { get; init; }
}
