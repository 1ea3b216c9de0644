using Crescent.Identity;

namespace Crescent.Watching;

/// <summary>A run of versions handed to one writer: <see cref="First"/> … First + Count − 1, valid only under <see cref="Epoch"/>.</summary>
[GenerateSerializer, Immutable, Alias("watching.Reservation")]
public sealed class Reservation
{
    [Id(0)] public required long Epoch { get; init; }
    [Id(1)] public required ResourceVersion First { get; init; }
    [Id(2)] public required int Count { get; init; }
}
