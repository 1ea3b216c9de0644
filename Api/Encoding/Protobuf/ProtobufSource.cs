using System.Globalization;
using System.Text.Json;
using Crescent.Schema;

namespace Crescent.Api.Encoding.Protobuf;

/// <summary>
/// Walks one JSON text and writes what it meets. Members without a field, nulls and values of another type than the field's are left out:
/// what is stored has been validated, so the last is a matter of safety only.
/// </summary>
internal ref struct ProtobufSource
{
    private const int MaxNameChars = 128;
    private const int MapKey = 1;
    private const int MapValue = 2;
    private const long NanosPerTick = 100;

    private readonly ReadOnlySpan<byte> _json;
    private readonly ProtobufWriter _writer;
    private Utf8JsonReader _reader;

    public ProtobufSource(ReadOnlySpan<byte> json, ProtobufWriter writer)
    {
        _json = json;
        _writer = writer;
        _reader = new(json, new JsonReaderOptions { MaxDepth = BodyLimits.MaxDepth });
    }

    public void WriteRoot(ProtobufLayout layout)
    {
        if (_reader.Read() && _reader.TokenType == JsonTokenType.StartObject)
        {
            WriteMembers(layout);
        }
    }

    private void WriteMembers(ProtobufLayout layout)
    {
        Span<char> name = stackalloc char[MaxNameChars];
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var slot = ValueLength() <= MaxNameChars ? layout.Find(name[.._reader.CopyString(name)]) : null;
            _reader.Read();
            if (slot is null || _reader.TokenType == JsonTokenType.Null)
            {
                _reader.Skip();
            }
            else
            {
                WriteSlot(slot);
            }
        }
    }

    private void WriteSlot(ProtobufSlot slot)
    {
        if (slot.Path.IsEmpty)
        {
            WriteField(slot);
            return;
        }

        Span<int> starts = stackalloc int[slot.Path.Length];
        for (var index = 0; index < starts.Length; index++)
        {
            starts[index] = _writer.Begin(slot.Path[index]);
        }

        WriteField(slot);
        for (var index = starts.Length - 1; index >= 0; index--)
        {
            _writer.End(starts[index]);
        }
    }

    private void WriteField(ProtobufSlot slot)
    {
        var field = slot.Field;
        if (field.IsMap)
        {
            WriteMap(slot);
        }
        else if (field.IsWrappedList)
        {
            var list = _writer.Begin(field.Number);
            WriteItems(slot, 1);
            _writer.End(list);
        }
        else if (field.IsList)
        {
            WriteItems(slot, field.Number);
        }
        else
        {
            WriteValue(slot, field.Number);
        }
    }

    private void WriteItems(ProtobufSlot slot, int number)
    {
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            _reader.Skip();
            return;
        }

        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            WriteValue(slot, number);
        }
    }

    private void WriteMap(ProtobufSlot slot)
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            _reader.Skip();
            return;
        }

        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var entry = _writer.Begin(slot.Field.Number);
            WriteText(MapKey);
            _reader.Read();
            if (slot.Field.IsListValue)
            {
                var list = _writer.Begin(MapValue);
                WriteItems(slot, 1);
                _writer.End(list);
            }
            else
            {
                WriteValue(slot, MapValue);
            }

            _writer.End(entry);
        }
    }

    private void WriteValue(ProtobufSlot slot, int number)
    {
        var token = _reader.TokenType;
        switch (slot.Field.Shape)
        {
            case SchemaShape.Object when token is JsonTokenType.StartObject or JsonTokenType.Null:
                var message = _writer.Begin(number);
                if (token == JsonTokenType.StartObject)
                {
                    WriteMembers(ProtobufLayout.Of(slot.Item!));
                }

                _writer.End(message);
                break;
            case SchemaShape.String when token == JsonTokenType.String:
                WriteText(number);
                break;
            case SchemaShape.Bytes when token == JsonTokenType.String && _reader.TryGetBytesFromBase64(out var bytes):
                _writer.WriteBytes(number, bytes);
                break;
            case SchemaShape.Boolean when token is JsonTokenType.True or JsonTokenType.False:
                _writer.WriteInteger(number, token == JsonTokenType.True ? 1 : 0);
                break;
            case SchemaShape.Int32 or SchemaShape.Int64 when token == JsonTokenType.Number && TryInteger(out var integer):
                _writer.WriteInteger(number, integer);
                break;
            case SchemaShape.Double when token == JsonTokenType.Number:
                _writer.WriteDouble(number, _reader.GetDouble());
                break;
            case SchemaShape.Time or SchemaShape.MicroTime when token == JsonTokenType.String:
                WriteTime(number, slot.Field.Shape);
                break;
            case SchemaShape.Duration when token == JsonTokenType.String && Requests.GoDuration.TryParse(_reader.GetString()!, out var duration):
                var length = _writer.Begin(number);
                _writer.WriteInteger(1, (duration ?? TimeSpan.Zero).Ticks * NanosPerTick);
                _writer.End(length);
                break;
            case SchemaShape.IntOrString when token is JsonTokenType.Number or JsonTokenType.String:
                WriteIntOrString(number);
                break;
            case SchemaShape.Quantity when token is JsonTokenType.Number or JsonTokenType.String:
                var quantity = _writer.Begin(number);
                WriteText(1);
                _writer.End(quantity);
                break;
            case SchemaShape.Raw:
                WriteRaw(slot.Field.TypeName, number);
                break;
            default:
                _reader.Skip();
                break;
        }
    }

    /// <summary>The text of a name, string or number, escapes resolved.</summary>
    private void WriteText(int number)
    {
        if (!_reader.ValueIsEscaped)
        {
            _writer.WriteBytes(number, _reader.ValueSpan);
            return;
        }

        var start = _writer.Begin(number);
        _writer.Advance(_reader.CopyString(_writer.Space(ValueLength())));
        _writer.End(start);
    }

    private readonly int ValueLength() => _reader.ValueSpan.Length;

    private readonly bool TryInteger(out long value)
    {
        if (_reader.TryGetInt64(out value))
        {
            return true;
        }

        value = _reader.TryGetDouble(out var number) && number is >= long.MinValue and <= long.MaxValue ? (long)number : 0;
        return true;
    }

    // { int64 seconds = 1; int32 nanos = 2 }
    private readonly void WriteTime(int number, SchemaShape shape)
    {
        var start = _writer.Begin(number);
        if (DateTimeOffset.TryParse(_reader.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            var ticks = time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
            var seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out var rest);
            if (rest < 0)
            {
                (seconds, rest) = (seconds - 1, rest + TimeSpan.TicksPerSecond);
            }

            _writer.WriteInteger(1, seconds);
            _writer.WriteInteger(2, shape == SchemaShape.Time ? 0 : rest / TimeSpan.TicksPerMicrosecond * 1000);
        }

        _writer.End(start);
    }

    // { int64 type = 1 (0 int, 1 string); int32 intVal = 2; string strVal = 3 }
    private void WriteIntOrString(int number)
    {
        var start = _writer.Begin(number);
        var isText = _reader.TokenType == JsonTokenType.String;
        TryIntegerOf(isText, out var value);
        _writer.WriteInteger(1, isText ? 1 : 0);
        _writer.WriteInteger(2, value);
        if (isText)
        {
            WriteText(3);
        }
        else
        {
            _writer.WriteBytes(3, []);
        }

        _writer.End(start);
    }

    private readonly void TryIntegerOf(bool isText, out long value)
    {
        value = 0;
        if (!isText)
        {
            TryInteger(out value);
        }
    }

    // { bytes raw = 1 }: the JSON as it stands. The unions of schemas of custom resources are messages instead.
    private void WriteRaw(string? typeName, int number)
    {
        var start = _writer.Begin(number);
        if (SchemaUnion.Of(typeName) is { } union)
        {
            WriteUnion(union);
        }
        else
        {
            var from = (int)_reader.TokenStartIndex;
            _reader.Skip();
            _writer.WriteBytes(1, _json[from..(int)_reader.BytesConsumed]);
        }

        _writer.End(start);
    }

    private void WriteUnion(SchemaUnion union)
    {
        switch (_reader.TokenType)
        {
            case JsonTokenType.True or JsonTokenType.False when union.Allows != 0:
                _writer.WriteInteger(union.Allows, _reader.TokenType == JsonTokenType.True ? 1 : 0);
                break;
            case JsonTokenType.StartObject:
                if (union.Allows != 0)
                {
                    _writer.WriteInteger(union.Allows, 1);
                }

                WriteSchema(union.Schema);
                break;
            case JsonTokenType.StartArray when union.Items != 0:
                while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
                {
                    WriteUnionItem(union);
                }

                break;
            default:
                _reader.Skip();
                break;
        }
    }

    private void WriteUnionItem(SchemaUnion union)
    {
        if (union.HoldsTexts && _reader.TokenType == JsonTokenType.String)
        {
            WriteText(union.Items);
        }
        else if (!union.HoldsTexts && _reader.TokenType == JsonTokenType.StartObject)
        {
            WriteSchema(union.Items);
        }
        else
        {
            _reader.Skip();
        }
    }

    private void WriteSchema(int number)
    {
        var start = _writer.Begin(number);
        WriteMembers(ProtobufLayout.Of(SchemaUnion.SchemaType));
        _writer.End(start);
    }
}
