using Crescent.Identity;

namespace Crescent.Resources;

/// <summary>What must hold of the current state for a mutation to go ahead; a failed one is a Conflict.</summary>
[GenerateSerializer, Immutable, Alias("resources.Preconditions")]
public sealed class Preconditions
{
    /// <summary>Required <c>metadata.uid</c>, null for any.</summary>
    [Id(0)] public string? Uid { get; init; }

    /// <summary>Required version, null for any.</summary>
    [Id(1)] public ResourceVersion? Version { get; init; }
}
