using System.Collections.Immutable;

namespace Crescent.Schema;

/// <summary>One field of a <see cref="SchemaType"/>.</summary>
public sealed class SchemaField
{
    /// <summary>JSON name.</summary>
    public required string Name { get; init; }

    /// <summary>Protobuf field number; 0 when the field is JSON only.</summary>
    public required int Number { get; init; }

    /// <summary>Shape of the value, or of one element / map value when <see cref="IsList"/> / <see cref="IsMap"/>.</summary>
    public required SchemaShape Shape { get; init; }

    /// <summary>Full name of the object type when <see cref="Shape"/> is Object, or of the named scalar; else null.</summary>
    public string? TypeName { get; init; }

    public bool IsList { get; init; }
    public bool IsMap { get; init; }

    /// <summary>May be left out.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Fields of this nested protobuf message stand directly in the parent's JSON object (e.g. <c>VolumeSource</c>).</summary>
    public bool IsInline { get; init; }

    /// <summary><c>merge</c>, <c>replace</c>, <c>retainKeys</c> or a combination (<c>merge,retainKeys</c>); null for none.</summary>
    public string? PatchStrategy { get; init; }

    /// <summary>Key of list items under strategic merge.</summary>
    public string? PatchMergeKey { get; init; }

    /// <summary><c>map</c>, <c>set</c>, <c>atomic</c> or null (server-side apply).</summary>
    public string? ListType { get; init; }

    /// <summary>Keys of a <c>map</c> list.</summary>
    public ImmutableArray<string> ListMapKeys { get; init; } = [];

    /// <summary>A map or object that has one owner as a whole under server-side apply (<c>mapType</c> / <c>structType: atomic</c>).</summary>
    public bool IsAtomic { get; init; }

    /// <summary>Each map value is itself a list (<c>ExtraValue</c>); in protobuf a message with <c>items = 1</c>.</summary>
    public bool IsListValue { get; init; }

    /// <summary>A list with a type of its own (<c>Verbs</c>): in protobuf, too, a message with <c>items = 1</c>.</summary>
    public bool IsWrappedList { get; init; }

    /// <summary>
    /// The zero value differs from an absent one (a pointer in Kubernetes' own types), e.g. <c>spec.replicas</c>. Fields that are
    /// optional and not nullable carry their zero value on the protobuf wire though JSON leaves it out.
    /// </summary>
    public bool IsNullable { get; init; }

    /// <summary>JSON text of the declared default, null for none.</summary>
    public string? Default { get; init; }
}
