namespace Crescent.Resources;

/// <summary>Replaces the object or a subresource. A <c>metadata.resourceVersion</c> in the body is a precondition; so is a uid.</summary>
[GenerateSerializer, Immutable, Alias("resources.ReplaceRequest")]
public sealed class ReplaceRequest
{
    [Id(0)] public required MutationContext Context { get; init; }

    /// <summary>UTF-8 JSON of the whole object (of the Scale for the scale subresource).</summary>
    [Id(1)] public required byte[] Body { get; init; }
}
