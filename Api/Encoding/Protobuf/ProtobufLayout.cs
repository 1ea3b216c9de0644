using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using Crescent.Schema;

namespace Crescent.Api.Encoding.Protobuf;

/// <summary>Where the JSON members of a type go in its protobuf message. Made once per type.</summary>
internal sealed class ProtobufLayout
{
    private static readonly ConcurrentDictionary<SchemaType, ProtobufLayout> Known = new();

    private readonly FrozenDictionary<string, ProtobufSlot>.AlternateLookup<ReadOnlySpan<char>> _slots;

    private ProtobufLayout(SchemaType type)
    {
        var slots = new Dictionary<string, ProtobufSlot>(StringComparer.Ordinal);
        Collect(type, [], slots);
        _slots = slots.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public static ProtobufLayout Of(SchemaType type) => Known.GetOrAdd(type, static item => new(item));

    /// <summary>Null for a member the message has no field for.</summary>
    public ProtobufSlot? Find(ReadOnlySpan<char> name) => _slots.TryGetValue(name, out var slot) ? slot : null;

    private static void Collect(SchemaType type, ImmutableArray<int> path, Dictionary<string, ProtobufSlot> slots)
    {
        foreach (var field in type.WireFields)
        {
            if (field.IsInline)
            {
                Collect(SchemaCatalog.BuiltIn[field.TypeName!], path.Add(field.Number), slots);
            }
            else
            {
                var item = field.Shape == SchemaShape.Object ? SchemaCatalog.BuiltIn[field.TypeName!] : null;
                slots.TryAdd(field.Name, new(field, item, path));
            }
        }
    }
}
