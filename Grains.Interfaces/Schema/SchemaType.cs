using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Crescent.Schema;

/// <summary>A message type: its fields by JSON name and by protobuf number. Inlined fields are already spread out in <see cref="Fields"/>.</summary>
public sealed class SchemaType
{
    /// <summary>e.g. <c>k8s.io.api.core.v1.PodSpec</c>.</summary>
    public required string FullName { get; init; }

    /// <summary>Fields in declaration order.</summary>
    public required ImmutableArray<SchemaField> Fields { get; init; }

    /// <summary>
    /// Fields as they stand in the protobuf message: an inlined struct is one field with <see cref="SchemaField.IsInline"/>, and
    /// fields without a number are left out.
    /// </summary>
    public ImmutableArray<SchemaField> WireFields { get; init; } = [];

    /// <summary>Non-null for a named scalar, slice or map (e.g. <c>string</c>), which has no fields of its own.</summary>
    public string? Alias { get; init; }

    /// <summary>Allowed values of a named string; empty when open.</summary>
    public ImmutableArray<string> EnumValues { get; init; } = [];

    /// <summary>Last part of <see cref="FullName"/>, e.g. <c>PodSpec</c>.</summary>
    public string ShortName => FullName[(FullName.LastIndexOf('.') + 1)..];

    /// <summary>By JSON name, inlined ones included.</summary>
    public FrozenDictionary<string, SchemaField> ByName =>
        LazyInitializer.EnsureInitialized(ref field, () => Fields.ToFrozenDictionary(item => item.Name, StringComparer.Ordinal));

    /// <summary>By protobuf number, inlined structs as one field.</summary>
    public FrozenDictionary<int, SchemaField> ByNumber =>
        LazyInitializer.EnsureInitialized(ref field, () => WireFields.ToFrozenDictionary(item => item.Number));
}
