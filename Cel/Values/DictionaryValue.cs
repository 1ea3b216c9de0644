namespace Crescent.Cel.Values;

/// <summary>A map that an expression made.</summary>
internal sealed class DictionaryValue(Dictionary<CelValue, CelValue> entries) : MapValue
{
    public override int Count => entries.Count;

    public override IEnumerable<CelValue> Keys => entries.Keys;

    public override bool TryGet(CelValue key, out CelValue value) => entries.TryGetValue(key, out value!);
}
