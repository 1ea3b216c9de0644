using System.Text.Json.Nodes;

namespace Crescent.Cel.Values;

/// <summary>A JSON object; members become values when they are looked at.</summary>
internal sealed class JsonMapValue(JsonObject members) : NamedFieldsValue
{
    public override int Count => members.Count;

    public override IEnumerable<CelValue> Keys => members.Select(static member => new StringValue(member.Key));

    public override bool TryGet(string field, out CelValue value)
    {
        var isThere = members.TryGetPropertyValue(field, out var node);
        value = JsonValues.Of(node);
        return isThere;
    }
}
