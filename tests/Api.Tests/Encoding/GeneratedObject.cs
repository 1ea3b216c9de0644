using System.Globalization;
using System.Text.Json.Nodes;
using Crescent.Api.Encoding.Protobuf;
using Crescent.Schema;

namespace Crescent.Api.Tests.Encoding;

/// <summary>Random JSON of a type, in the form the API answers with: no empty optional members, canonical times.</summary>
internal sealed class GeneratedObject(Random random)
{
    private const int MaxDepth = 7;

    private static readonly string[] Texts = ["a", "web-0", "Über \"alles\"\\\n", "日本", "\u0001"];

    public JsonObject Make(SchemaType type, int depth = 0)
    {
        var item = new JsonObject();
        Fill(item, type, depth);
        return item;
    }

    private void Fill(JsonObject item, SchemaType type, int depth)
    {
        foreach (var field in type.WireFields)
        {
            if (field.IsInline)
            {
                Fill(item, SchemaCatalog.BuiltIn[field.TypeName!], depth);
            }
            else if (random.Next(depth < 2 ? 4 : 3) != 0 && MakeField(field, depth) is { } value && !item.ContainsKey(field.Name))
            {
                item[field.Name] = value;
            }
        }
    }

    private JsonNode? MakeField(SchemaField field, int depth)
    {
        var count = random.Next(1, 3);
        if (field.IsMap)
        {
            var map = new JsonObject();
            for (var index = 0; index < count; index++)
            {
                map[$"key/{index}"] = field.IsListValue ? MakeList(field, count, depth) : MakeValue(field, depth);
            }

            return map;
        }

        if (field.IsList)
        {
            return MakeList(field, count, depth);
        }

        var value = MakeValue(field, depth);
        return value is JsonObject { Count: 0 } && field.IsOptional ? null : value;
    }

    private JsonArray MakeList(SchemaField field, int count, int depth) => [.. Enumerable.Range(0, count).Select(_ => MakeValue(field, depth))];

    private JsonNode MakeValue(SchemaField field, int depth) => field.Shape switch
    {
        SchemaShape.String => Texts[random.Next(Texts.Length)],
        SchemaShape.Bytes => Convert.ToBase64String(BitConverter.GetBytes(random.NextInt64())),
        SchemaShape.Boolean => true,
        SchemaShape.Int32 => random.Next(2) == 0 ? -random.Next(1, 1000) : random.Next(1, int.MaxValue),
        SchemaShape.Int64 => random.NextInt64(1, long.MaxValue),
        SchemaShape.Double => random.NextDouble() + 1,
        SchemaShape.Object => depth < MaxDepth ? Make(SchemaCatalog.BuiltIn[field.TypeName!], depth + 1) : [],
        SchemaShape.Time => Time().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        SchemaShape.MicroTime => Time().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        SchemaShape.Duration => GoDuration.Format(random.Next(1, 100_000) * 1_000_000_000L),
        SchemaShape.IntOrString => random.Next(2) == 0 ? random.Next(1, 1000) : "25%",
        SchemaShape.Quantity => "1500m",
        _ => Raw(field.TypeName ?? "", depth),
    };

    private JsonNode Raw(string type, int depth) => SchemaUnion.Of(type) switch
    {
        null => new JsonObject { ["f:any"] = new JsonArray("x", 1.5, null, new JsonObject()) },
        { HoldsTexts: true } => new JsonArray("a", "b"),
        { Allows: not 0 } => true,
        _ => depth < MaxDepth ? Make(SchemaUnion.SchemaType, depth + 1) : new JsonObject { ["type"] = "string" },
    };

    private DateTime Time() => DateTime.UnixEpoch.AddMicroseconds(random.NextInt64(-1_000_000_000_000_000, 4_000_000_000_000_000));
}
