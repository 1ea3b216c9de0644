using System.Collections.Immutable;
using Crescent.Identity;

namespace Crescent.Resources;

/// <summary>
/// One committed state of one object. Deeply immutable: <see cref="Body"/> is shared by every list, watch and cache that shows this
/// state and must never be written to.
/// </summary>
[GenerateSerializer, Immutable, Alias("resources.ResourceSnapshot")]
public sealed class ResourceSnapshot
{
    [Id(0)] public required ResourceKey Key { get; init; }

    /// <summary><c>metadata.uid</c>, a random UUID given at creation.</summary>
    [Id(1)] public required string Uid { get; init; }

    /// <summary>Version of this state; the same number stands in <c>metadata.resourceVersion</c> of the body.</summary>
    [Id(2)] public required ResourceVersion Version { get; init; }

    /// <summary>The object as UTF-8 JSON without white space, in the storage version, complete with apiVersion, kind and metadata.</summary>
    [Id(3)] public required byte[] Body { get; init; }

    /// <summary><c>metadata.labels</c>, ordinal keys.</summary>
    [Id(4)] public TextMap Labels { get; init; } = TextMap.Empty;

    /// <summary>
    /// Values of the definition's selectable fields, keyed by path (<c>spec.nodeName</c>); <c>metadata.name</c> and
    /// <c>metadata.namespace</c> are not repeated here. An absent field is an empty string and is left out.
    /// </summary>
    [Id(5)] public TextMap Fields { get; init; } = TextMap.Empty;

    /// <summary>UIDs of <c>metadata.ownerReferences</c>.</summary>
    [Id(6)] public ImmutableArray<string> OwnerUids { get; init; } = [];

    /// <summary>UID of the owner whose reference says <c>controller: true</c>, else null.</summary>
    [Id(7)] public string? ControllerUid { get; init; }

    /// <summary><c>metadata.deletionTimestamp</c>, null while the object lives.</summary>
    [Id(8)] public DateTimeOffset? DeletionTimestamp { get; init; }
}
