using System.Text.Json.Nodes;

namespace Crescent.Cel.Values;

/// <summary>A JSON object; members become values when they are looked at.</summary>
internal sealed class JsonMapValue(JsonObject members) : MapValue
{
    public override int Count => members.Count;

    public override IEnumerable<CelValue> Keys => members.Select(static member => new StringValue(member.Key));

    public override bool TryGet(CelValue key, out CelValue value)
    {
        if (key is StringValue name)
        {
            return TryGet(name.Value, out value);
        }

        value = NullValue.Instance;
        return false;
    }

    public override bool TryGet(string field, out CelValue value)
    {
        var isThere = members.TryGetPropertyValue(field, out var node);
        value = JsonValues.Of(node);
        return isThere;
    }
}
