using System.Globalization;
using System.Text.Json.Nodes;
using Crescent.Schema;

namespace Crescent.Api.Encoding.Protobuf;

/// <summary>Reads one value of a known shape.</summary>
internal static class ProtobufValue
{
    private const long NanosPerTick = 100;

    /// <summary>Null for a time that is not set.</summary>
    public static JsonNode? Read(ref ProtobufReader reader, int wireType, SchemaField field, int depth)
    {
        switch (field.Shape, wireType)
        {
            case (SchemaShape.String, ProtobufReader.Bytes):
                return ProtobufDecoder.Text(reader.ReadBytes());
            case (SchemaShape.Bytes, ProtobufReader.Bytes):
                return Convert.ToBase64String(reader.ReadBytes());
            case (SchemaShape.Boolean, ProtobufReader.Varint):
                return reader.ReadVarint() != 0;
            case (SchemaShape.Int32, ProtobufReader.Varint):
                return (int)reader.ReadVarint();
            case (SchemaShape.Int64, ProtobufReader.Varint):
                return (long)reader.ReadVarint();
            case (SchemaShape.Double, ProtobufReader.Fixed64):
                return reader.ReadDouble();
            case (SchemaShape.Object, ProtobufReader.Bytes):
                var item = new JsonObject();
                ProtobufMessage.Read(reader.ReadBytes(), SchemaCatalog.BuiltIn[field.TypeName!], item, depth + 1);
                return item;
            case (SchemaShape.Time or SchemaShape.MicroTime, ProtobufReader.Bytes):
                return ReadTime(reader.ReadBytes(), field.Shape);
            case (SchemaShape.Duration, ProtobufReader.Bytes):
                return GoDuration.Format((long)Integer(reader.ReadBytes()));
            case (SchemaShape.IntOrString, ProtobufReader.Bytes):
                return ReadIntOrString(reader.ReadBytes());
            case (SchemaShape.Quantity, ProtobufReader.Bytes):
                return ProtobufDecoder.Text(Payload(reader.ReadBytes()));
            case (SchemaShape.Raw, ProtobufReader.Bytes) when SchemaUnion.Of(field.TypeName) is { } union:
                return ReadUnion(reader.ReadBytes(), union, depth);
            case (SchemaShape.Raw, ProtobufReader.Bytes):
                return ReadRaw(Payload(reader.ReadBytes()));
            default:
                throw new InvalidDataException($"proto: wrong wireType = {wireType} for field {field.Name}");
        }
    }

    /// <summary>What a missing map value means.</summary>
    public static JsonNode Zero(SchemaField field) => field.Shape switch
    {
        SchemaShape.Boolean => false,
        SchemaShape.Int32 or SchemaShape.Int64 or SchemaShape.Double or SchemaShape.IntOrString => 0,
        SchemaShape.Quantity => "0",
        SchemaShape.Object => new JsonObject(),
        _ => "",
    };

    // Time { int64 seconds = 1; int32 nanos = 2 }; a time that is not set is an empty message.
    private static JsonNode? ReadTime(ReadOnlySpan<byte> data, SchemaShape shape)
    {
        if (data.IsEmpty)
        {
            return null;
        }

        var (seconds, nanos) = (0L, 0L);
        var reader = new ProtobufReader(data);
        while (reader.TryReadTag(out var number, out var wireType))
        {
            if (wireType == ProtobufReader.Varint && number is 1 or 2)
            {
                var value = (long)reader.ReadVarint();
                (seconds, nanos) = number == 1 ? (value, nanos) : (seconds, value);
            }
            else
            {
                reader.Skip(wireType);
            }
        }

        if (seconds < DateTimeOffset.MinValue.ToUnixTimeSeconds() || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            throw new InvalidDataException("proto: time is out of range");
        }

        var time = DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanos / NanosPerTick).UtcDateTime;
        return time.ToString(shape == SchemaShape.Time ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
    }

    // IntOrString { int64 type = 1 (0 int, 1 string); int32 intVal = 2; string strVal = 3 }
    private static JsonNode ReadIntOrString(ReadOnlySpan<byte> data)
    {
        var (isText, number, text) = (false, 0, "");
        var reader = new ProtobufReader(data);
        while (reader.TryReadTag(out var part, out var wireType))
        {
            switch (part, wireType)
            {
                case (1, ProtobufReader.Varint):
                    isText = reader.ReadVarint() == 1;
                    break;
                case (2, ProtobufReader.Varint):
                    number = (int)reader.ReadVarint();
                    break;
                case (3, ProtobufReader.Bytes):
                    text = ProtobufDecoder.Text(reader.ReadBytes());
                    break;
                default:
                    reader.Skip(wireType);
                    break;
            }
        }

        return isText ? text : number;
    }

    private static JsonNode? ReadUnion(ReadOnlySpan<byte> data, SchemaUnion union, int depth)
    {
        JsonNode? value = null;
        var reader = new ProtobufReader(data);
        while (reader.TryReadTag(out var number, out var wireType))
        {
            if (number == union.Allows && wireType == ProtobufReader.Varint)
            {
                var allows = reader.ReadVarint() != 0;
                value ??= allows;
            }
            else if (number == union.Schema && wireType == ProtobufReader.Bytes)
            {
                value = ReadSchema(reader.ReadBytes(), depth);
            }
            else if (number == union.Items && wireType == ProtobufReader.Bytes)
            {
                var items = value as JsonArray ?? [];
                items.Add(union.HoldsTexts ? ProtobufDecoder.Text(reader.ReadBytes()) : ReadSchema(reader.ReadBytes(), depth));
                value = items;
            }
            else
            {
                reader.Skip(wireType);
            }
        }

        return value ?? (union.Allows != 0 ? false : null);
    }

    private static JsonObject ReadSchema(ReadOnlySpan<byte> data, int depth)
    {
        var schema = new JsonObject();
        ProtobufMessage.Read(data, SchemaUnion.SchemaType, schema, depth + 1);
        return schema;
    }

    // Embedded objects travel as JSON, or in the protobuf envelope of their own.
    private static JsonNode? ReadRaw(ReadOnlySpan<byte> raw)
    {
        if (raw.IsEmpty)
        {
            return null;
        }

        if (!raw.StartsWith(ProtobufDecoder.Magic))
        {
            return JsonNode.Parse(raw);
        }

        return ProtobufDecoder.TryDecode(raw, out var nested, out var error) ? JsonNode.Parse(nested.Json) : throw new InvalidDataException(error);
    }

    private static ReadOnlySpan<byte> Payload(ReadOnlySpan<byte> data)
    {
        var reader = new ProtobufReader(data);
        ReadOnlySpan<byte> payload = default;
        while (reader.TryReadTag(out var number, out var wireType))
        {
            if (number == 1 && wireType == ProtobufReader.Bytes)
            {
                payload = reader.ReadBytes();
            }
            else
            {
                reader.Skip(wireType);
            }
        }

        return payload;
    }

    private static ulong Integer(ReadOnlySpan<byte> data)
    {
        var reader = new ProtobufReader(data);
        ulong value = 0;
        while (reader.TryReadTag(out var number, out var wireType))
        {
            if (number == 1 && wireType == ProtobufReader.Varint)
            {
                value = reader.ReadVarint();
            }
            else
            {
                reader.Skip(wireType);
            }
        }

        return value;
    }
}
