namespace Crescent.Cel.Values;

/// <summary>A list that an expression made.</summary>
internal sealed class ArrayListValue(IReadOnlyList<CelValue> items) : ListValue
{
    public static readonly ArrayListValue Empty = new([]);

    public override int Count => items.Count;

    public override CelValue this[int index] => items[index];
}
