using Crescent.Cel.Typing;

namespace Crescent.Cel.Values;

/// <summary>A map, or an object with fields.</summary>
public abstract class MapValue : CelValue
{
    public abstract int Count { get; }

    public abstract IEnumerable<CelValue> Keys { get; }

    public sealed override CelType Type => CelType.AnyMap;

    internal sealed override long Size => Count;

    public abstract bool TryGet(CelValue key, out CelValue value);

    /// <summary>As with a key of that text, without making one.</summary>
    public virtual bool TryGet(string field, out CelValue value) => TryGet(new StringValue(field), out value);

    public sealed override bool SameAs(CelValue other) =>
        other is MapValue map && map.Count == Count && Keys.All(key => TryGet(key, out var mine) && map.TryGet(key, out var theirs) && mine.SameAs(theirs));

    public sealed override bool Equals(object? obj) => obj is MapValue map && SameAs(map);

    public sealed override int GetHashCode() => Count;

    public sealed override string ToString() => Printer.Show(this);

    internal sealed override long Weigh(long most)
    {
        var weight = 1L;
        foreach (var key in Keys)
        {
            weight += key.Weigh(most) + (TryGet(key, out var value) ? value.Weigh(Math.Max(1, most - weight)) : 0);
            if (weight >= most)
            {
                break;
            }
        }

        return weight;
    }
}
