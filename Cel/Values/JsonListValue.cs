using System.Text.Json.Nodes;

namespace Crescent.Cel.Values;

/// <summary>A list of an object; elements become values when they are looked at.</summary>
internal sealed class JsonListValue(JsonArray items) : ListValue
{
    public override int Count => items.Count;

    public override CelValue this[int index] => JsonValues.Of(items[index]);
}
