using System.Collections.Immutable;
using Crescent.Identity;

namespace Crescent.Definitions;

/// <summary>
/// Everything the server needs to know to serve one kind in one version. One file per kind under <c>Definitions/Kinds</c>;
/// see <c>docs/checklists/add-a-resource-kind.md</c>.
/// </summary>
public sealed record ResourceDefinition
{
    /// <summary>API group, empty for core.</summary>
    public required string Group { get; init; }

    /// <summary>API version, e.g. <c>v1</c>.</summary>
    public required string Version { get; init; }

    /// <summary>Kind, e.g. <c>Deployment</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Lower-case plural.</summary>
    public required string Plural { get; init; }

    /// <summary>Lower-case singular; kubectl resolves <c>pod/x</c> with it.</summary>
    public required string Singular { get; init; }

    public required ResourceScope Scope { get; init; }

    /// <summary>Key of the type in <see cref="Schema.SchemaCatalog"/>, e.g. <c>k8s.io.api.apps.v1.Deployment</c>.</summary>
    public required string SchemaType { get; init; }

    /// <summary>e.g. <c>deploy</c>.</summary>
    public ImmutableArray<string> ShortNames { get; init; } = [];

    /// <summary>e.g. <c>all</c>.</summary>
    public ImmutableArray<string> Categories { get; init; } = [];

    public ImmutableArray<string> Verbs { get; init; } =
        ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    public ImmutableArray<SubresourceDefinition> Subresources { get; init; } = [];

    /// <summary>Columns of <c>kubectl get</c> after NAME (and NAMESPACE); AGE included where Kubernetes shows it.</summary>
    public ImmutableArray<ColumnDefinition> Columns { get; init; } = [];

    /// <summary>
    /// Fields usable in field selectors beside metadata.name and metadata.namespace, e.g. <c>spec.nodeName</c>; their values are kept in
    /// <see cref="Resources.ResourceSnapshot.Fields"/>.
    /// </summary>
    public ImmutableArray<SelectableField> SelectableFields { get; init; } = [];

    /// <summary>What the stored version calls selectable fields that this version calls otherwise.</summary>
    public ImmutableDictionary<string, string> FieldAliases { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>
    /// False when <see cref="Columns"/> is the whole table and holds its own name column, as with events; else a table starts with NAME.
    /// </summary>
    public bool HasNameColumn { get; init; } = true;

    /// <summary>True when writes to the spec raise <c>metadata.generation</c>.</summary>
    public bool HasGeneration { get; init; }

    /// <summary>Grace period in seconds when a delete names none: pods 30 (their own terminationGracePeriodSeconds), others 0.</summary>
    public bool HasGracefulDeletion { get; init; }

    /// <summary>The selectable field that <paramref name="label"/> names; null when the kind cannot be selected by it.</summary>
    public SelectableField? FindSelectableField(string label) => SelectableFields.FirstOrDefault(field => field.Label == label);

    /// <summary>Group under which the objects are stored, when it is another one: events.k8s.io shows core events.</summary>
    public string? StoredGroup { get; init; }

    /// <summary>Null for the version that is stored.</summary>
    public VersionConversion? Conversion { get; init; }

    /// <summary>The stored type (versions share it).</summary>
    public ResourceType Type => new(StoredGroup ?? Group, Plural);

    /// <summary>The path of a selectable field in the stored version.</summary>
    public string StoredField(string path) => FieldAliases.GetValueOrDefault(path, path);

    /// <summary>A stored body as this version shows it.</summary>
    public byte[] Show(byte[] body) => Conversion?.Show(body) ?? body;

    /// <summary><c>v1</c>, <c>apps/v1</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    public bool IsNamespaced => Scope == ResourceScope.Namespaced;

    /// <summary>True when the kind has a status subresource: writes to the main resource then keep the stored status.</summary>
    public bool HasStatus => Subresources.Any(static subresource => subresource.Name == "status");
}
