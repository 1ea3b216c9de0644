using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crescent.Cel.Values;

/// <summary>JSON as values: whole numbers are ints, others doubles. Nothing is converted before it is looked at.</summary>
public static class JsonValues
{
    public static CelValue Of(JsonNode? node) => node switch
    {
        null => NullValue.Instance,
        JsonObject members => new JsonMapValue(members),
        JsonArray items => new JsonListValue(items),
        _ => Scalar(node.AsValue()),
    };

    private static CelValue Scalar(JsonValue value)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.True:
                return BoolValue.True;
            case JsonValueKind.False:
                return BoolValue.False;
            case JsonValueKind.Null:
                return NullValue.Instance;
            case JsonValueKind.String:
                return new StringValue(value.TryGetValue<string>(out var text) ? text : value.ToString());
            default:
                return value.TryGetValue<long>(out var whole) || (value.TryGetValue<int>(out var small) && (whole = small) == small)
                    ? new IntValue(whole)
                    : new DoubleValue(value.TryGetValue<double>(out var number) ? number : double.NaN);
        }
    }
}
