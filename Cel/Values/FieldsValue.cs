namespace Crescent.Cel.Values;

/// <summary>An object whose fields are made when they are first read, e.g. a policy's <c>variables</c>.</summary>
public sealed class FieldsValue(IReadOnlyDictionary<string, Func<CelValue>> fields) : NamedFieldsValue
{
    public override int Count => fields.Count;

    public override IEnumerable<CelValue> Keys => fields.Keys.Select(static name => new StringValue(name));

    public override bool TryGet(string field, out CelValue value)
    {
        var isThere = fields.TryGetValue(field, out var read);
        value = isThere ? read!() : NullValue.Instance;
        return isThere;
    }
}
