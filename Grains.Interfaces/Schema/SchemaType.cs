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

    /// <summary>Non-null for a named scalar, slice or map (e.g. <c>string</c>), which has no fields of its own.</summary>
    public string? Alias { get; init; }

    /// <summary>Allowed values of a named string; empty when open.</summary>
    public ImmutableArray<string> EnumValues { get; init; } = [];

    /// <summary>By JSON name, inlined ones included.</summary>
    public FrozenDictionary<string, SchemaField> ByName =>
        LazyInitializer.EnsureInitialized(ref field, () => Fields.ToFrozenDictionary(item => item.Name, StringComparer.Ordinal));
}
