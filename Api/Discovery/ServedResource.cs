using System.Collections.Immutable;
using Crescent.Definitions;

namespace Crescent.Api.Discovery;

/// <summary>One resource of one group version as discovery shows it; its subresources are entries of their own in the legacy form.</summary>
internal sealed record ServedResource
{
    public required string Group { get; init; }
    public required string Version { get; init; }
    public required string Plural { get; init; }
    public required string Singular { get; init; }
    public required string Kind { get; init; }
    public required bool IsNamespaced { get; init; }
    public required ImmutableArray<string> Verbs { get; init; }
    public ImmutableArray<string> ShortNames { get; init; } = [];
    public ImmutableArray<string> Categories { get; init; } = [];
    public ImmutableArray<SubresourceDefinition> Subresources { get; init; } = [];

    public string GroupVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    public static ServedResource Of(ResourceDefinition definition) => new()
    {
        Group = definition.Group, Version = definition.Version, Plural = definition.Plural, Singular = definition.Singular,
        Kind = definition.Kind, IsNamespaced = definition.IsNamespaced, Verbs = definition.Verbs, ShortNames = definition.ShortNames,
        Categories = definition.Categories, Subresources = definition.Subresources,
    };
}
