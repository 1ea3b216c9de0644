using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Schema;

namespace Crescent.Grains.Mutation.Applying;

/// <summary>
/// The first entry of <c>managedFields</c>: whoever created the object owns all of it. Written as UTF-8 in one walk, without a
/// <see cref="FieldSet"/>, because every create pays for it.
/// </summary>
internal static class FieldsWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private static readonly JsonEncodedText Empty = JsonEncodedText.Encode(".");

    /// <summary>The list with its single entry, kept as text until somebody looks inside.</summary>
    public static JsonArray First(JsonObject item, string manager, string apiVersion, string time, SchemaType? type)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartArray();
            writer.WriteStartObject();
            writer.WriteString("manager", manager);
            writer.WriteString("operation", "Update");
            writer.WriteString("apiVersion", apiVersion);
            writer.WriteString("time", time);
            writer.WriteString("fieldsType", "FieldsV1");
            writer.WriteStartObject("fieldsV1");
            WriteMembers(writer, item, type, static (name, value) => Ownable.IsMember(name, "") && (name != "metadata" || Ownable.HasAny(value as JsonObject)));
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndArray();
        }

        var reader = new Utf8JsonReader(buffer.WrittenSpan);
        return JsonArray.Create(JsonElement.ParseValue(ref reader))!;
    }

    private static void WriteMembers(Utf8JsonWriter writer, JsonObject item, SchemaType? type, Func<string, JsonNode, bool>? isOwned = null)
    {
        var names = ArrayPool<string>.Shared.Rent(item.Count);
        var count = 0;
        foreach (var (name, value) in item)
        {
            if (value is not null && (isOwned is null || isOwned(name, value)))
            {
                names[count++] = name;
            }
        }

        names.AsSpan(0, count).Sort(StringComparer.Ordinal);
        foreach (var name in names.AsSpan(0, count))
        {
            writer.WriteStartObject($"f:{name}");
            var isMetadata = isOwned is not null && name == "metadata";
            WriteField(writer, item[name]!, type?.ByName.GetValueOrDefault(name), isMetadata ? static (member, _) => Ownable.IsMetadata(member) : null);
            writer.WriteEndObject();
        }

        ArrayPool<string>.Shared.Return(names, clearArray: true);
    }

    private static void WriteField(Utf8JsonWriter writer, JsonNode value, SchemaField? field, Func<string, JsonNode, bool>? isOwned)
    {
        switch (value)
        {
            case JsonArray { Count: > 0 } items when field is not null && FieldLayout.IsKeyedList(field):
                WriteEmptyIf(field.IsOptional, writer);
                var type = FieldLayout.TypeOf(field);
                foreach (var (key, entry) in items.OfType<JsonObject>().Select(entry => (Key: FieldLayout.KeyOf(entry, field), entry))
                    .DistinctBy(static pair => pair.Key).OrderBy(static pair => pair.Key, StringComparer.Ordinal))
                {
                    writer.WriteStartObject(key);
                    WriteEmptyIf(true, writer);
                    WriteMembers(writer, entry, type);
                    writer.WriteEndObject();
                }

                break;
            case JsonArray { Count: > 0 } items when field is not null && FieldLayout.IsSet(field):
                WriteEmptyIf(field.IsOptional, writer);
                foreach (var step in items.Select(FieldLayout.StepOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
                {
                    writer.WriteStartObject(step);
                    writer.WriteEndObject();
                }

                break;
            case JsonObject { Count: > 0 } map when field is { IsMap: true } && FieldLayout.IsGranular(field):
                WriteEmptyIf(field.IsOptional, writer);
                foreach (var key in map.Where(static member => member.Value is not null).Select(static member => member.Key).Order(StringComparer.Ordinal))
                {
                    writer.WriteStartObject($"f:{key}");
                    writer.WriteEndObject();
                }

                break;
            case JsonObject { Count: > 0 } child when field is not null && FieldLayout.IsGranular(field):
                WriteEmptyIf(field.IsNullable, writer);
                WriteMembers(writer, child, FieldLayout.TypeOf(field), isOwned);
                break;
        }
    }

    /// <summary>The field itself beside what is in it: Kubernetes' own types have the other ones always.</summary>
    private static void WriteEmptyIf(bool canBeAbsent, Utf8JsonWriter writer)
    {
        if (!canBeAbsent)
        {
            return;
        }

        writer.WriteStartObject(Empty);
        writer.WriteEndObject();
    }
}
