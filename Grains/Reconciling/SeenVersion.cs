using Crescent.Identity;

namespace Crescent.Grains.Reconciling;

/// <summary>A version of one type that a reader has to have reached.</summary>
[GenerateSerializer, Immutable, Alias("reconciling.SeenVersion")]
internal readonly record struct SeenVersion
{
    [Id(0)] public required ResourceType Type { get; init; }
    [Id(1)] public required ResourceVersion Version { get; init; }
}
