namespace Crescent.Cel.Values;

/// <summary>A map all of whose keys are texts.</summary>
public abstract class NamedFieldsValue : MapValue
{
    public sealed override bool TryGet(CelValue key, out CelValue value)
    {
        if (key is StringValue name)
        {
            return TryGet(name.Value, out value);
        }

        value = NullValue.Instance;
        return false;
    }

    public abstract override bool TryGet(string field, out CelValue value);
}
