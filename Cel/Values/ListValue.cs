using Crescent.Cel.Typing;

namespace Crescent.Cel.Values;

/// <summary>A list, of whatever it is made.</summary>
public abstract class ListValue : CelValue
{
    public abstract int Count { get; }

    public abstract CelValue this[int index] { get; }

    public sealed override CelType Type => CelType.AnyList;

    internal sealed override long Size => Count;

    public sealed override bool SameAs(CelValue other)
    {
        if (other is not ListValue list || list.Count != Count)
        {
            return false;
        }

        for (var index = 0; index < Count; index++)
        {
            if (!this[index].SameAs(list[index]))
            {
                return false;
            }
        }

        return true;
    }

    public sealed override bool Equals(object? obj) => obj is ListValue list && SameAs(list);

    public sealed override int GetHashCode() => Count == 0 ? 0 : HashCode.Combine(Count, this[0]);

    public sealed override string ToString() => Printer.Show(this);

    internal sealed override long Weigh(long most)
    {
        var weight = 1L;
        for (var index = 0; index < Count && weight < most; index++)
        {
            weight += this[index].Weigh(most - weight);
        }

        return weight;
    }
}
