namespace Crescent.Cel.Values;

/// <summary>An int, uint or double; they compare with each other, by value.</summary>
public abstract class NumberValue : CelValue
{
    public sealed override bool SameAs(CelValue other) => other is NumberValue && Numbers.Compare(this, other) == 0;

    public sealed override bool Equals(object? obj) => obj is CelValue other && SameAs(other);

    /// <summary>The same for numbers of all kinds that are equal.</summary>
    public abstract override int GetHashCode();
}
