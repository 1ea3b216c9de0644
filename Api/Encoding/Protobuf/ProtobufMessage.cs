using System.Text.Json.Nodes;
using Crescent.Schema;

namespace Crescent.Api.Encoding.Protobuf;

/// <summary>Reads one message of a known type into a JSON object.</summary>
internal static class ProtobufMessage
{
    // As deep as JSON bodies may be; schemas of custom resources nest most.
    private const int MaxDepth = 100;

    public static void Read(ReadOnlySpan<byte> data, SchemaType type, JsonObject into, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new InvalidDataException("proto: message is nested too deeply");
        }

        var reader = new ProtobufReader(data);
        while (reader.TryReadTag(out var number, out var wireType))
        {
            if (!type.ByNumber.TryGetValue(number, out var field))
            {
                reader.Skip(wireType);
            }
            else if (field.IsInline)
            {
                Read(Expect(ref reader, wireType), SchemaCatalog.BuiltIn[field.TypeName!], into, depth + 1);
            }
            else if (field.IsMap)
            {
                ReadEntry(Expect(ref reader, wireType), field, Map(into, field.Name), depth);
            }
            else if (field.IsWrappedList)
            {
                ReadWrapped(Expect(ref reader, wireType), field, List(into, field.Name), depth);
            }
            else if (field.IsList)
            {
                ReadItem(ref reader, wireType, field, List(into, field.Name), depth);
            }
            else if (ProtobufValue.Read(ref reader, wireType, field, depth) is { } value && !IsLeftOut(value, field))
            {
                into[field.Name] = value;
            }
        }
    }

    private static ReadOnlySpan<byte> Expect(ref ProtobufReader reader, int wireType) =>
        wireType == ProtobufReader.Bytes ? reader.ReadBytes() : throw new InvalidDataException($"proto: wrong wireType = {wireType} for a message");

    private static JsonObject Map(JsonObject owner, string name)
    {
        if (owner[name] is not JsonObject map)
        {
            owner[name] = map = [];
        }

        return map;
    }

    private static JsonArray List(JsonObject owner, string name)
    {
        if (owner[name] is not JsonArray list)
        {
            owner[name] = list = [];
        }

        return list;
    }

    private static void ReadItem(ref ProtobufReader reader, int wireType, SchemaField field, JsonArray items, int depth)
    {
        var isPacked = wireType == ProtobufReader.Bytes && field.Shape is SchemaShape.Int32 or SchemaShape.Int64 or SchemaShape.Boolean;
        if (!isPacked)
        {
            items.Add(ProtobufValue.Read(ref reader, wireType, field, depth));
            return;
        }

        var packed = new ProtobufReader(reader.ReadBytes());
        while (!packed.IsAtEnd)
        {
            items.Add(ProtobufValue.Read(ref packed, ProtobufReader.Varint, field, depth));
        }
    }

    // A map is a list of messages { key = 1, value = 2 }; what is missing is empty.
    private static void ReadEntry(ReadOnlySpan<byte> data, SchemaField field, JsonObject map, int depth)
    {
        var key = "";
        JsonNode? value = null;
        var reader = new ProtobufReader(data);
        while (reader.TryReadTag(out var number, out var wireType))
        {
            switch (number)
            {
                case 1 when wireType == ProtobufReader.Bytes:
                    key = ProtobufDecoder.Text(reader.ReadBytes());
                    break;
                case 2 when field.IsListValue:
                    value = ReadWrapped(Expect(ref reader, wireType), field, [], depth);
                    break;
                case 2:
                    value = ProtobufValue.Read(ref reader, wireType, field, depth);
                    break;
                default:
                    reader.Skip(wireType);
                    break;
            }
        }

        map[key] = value ?? (field.IsListValue ? new JsonArray() : ProtobufValue.Zero(field));
    }

    // A named list is wrapped into a message { items = 1 }.
    private static JsonArray ReadWrapped(ReadOnlySpan<byte> data, SchemaField field, JsonArray items, int depth)
    {
        var reader = new ProtobufReader(data);
        while (reader.TryReadTag(out var number, out var wireType))
        {
            if (number == 1)
            {
                items.Add(ProtobufValue.Read(ref reader, wireType, field, depth));
            }
            else
            {
                reader.Skip(wireType);
            }
        }

        return items;
    }

    // Go writes every field that is not a pointer; JSON leaves the empty optional ones out.
    private static bool IsLeftOut(JsonNode value, SchemaField field) => field is { IsOptional: true, IsNullable: false } && value switch
    {
        JsonObject members => members.Count == 0,
        _ => field.Shape is not (SchemaShape.IntOrString or SchemaShape.Quantity or SchemaShape.Time or SchemaShape.MicroTime)
            && JsonNode.DeepEquals(value, ProtobufValue.Zero(field)),
    };
}
