namespace Crescent.Resources;

/// <summary>Patches the object or a subresource in the grain's turn, so patches never need a retry loop.</summary>
[GenerateSerializer, Immutable, Alias("resources.PatchRequest")]
public sealed class PatchRequest
{
    [Id(0)] public required MutationContext Context { get; init; }

    [Id(1)] public required PatchKind Kind { get; init; }

    /// <summary>UTF-8 JSON patch document.</summary>
    [Id(2)] public required byte[] Body { get; init; }

    /// <summary>Server-side apply: take conflicting fields over.</summary>
    [Id(3)] public bool IsForced { get; init; }

    /// <summary>Extra preconditions of controllers; clients put theirs into the body.</summary>
    [Id(4)] public Preconditions? Preconditions { get; init; }
}
