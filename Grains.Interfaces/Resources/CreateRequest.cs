namespace Crescent.Resources;

/// <summary>Creates the object of the grain's key, or its subresource (binding, eviction).</summary>
[GenerateSerializer, Immutable, Alias("resources.CreateRequest")]
public sealed class CreateRequest
{
    [Id(0)] public required MutationContext Context { get; init; }

    /// <summary>UTF-8 JSON as the client sent it, metadata.name filled in.</summary>
    [Id(1)] public required byte[] Body { get; init; }
}
