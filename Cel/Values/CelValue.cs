using Crescent.Cel.Typing;

namespace Crescent.Cel.Values;

/// <summary>A value of an expression. Immutable; an error is a value too, because <c>&amp;&amp;</c> and <c>||</c> may absorb it.</summary>
public abstract class CelValue
{
    /// <summary>The type without parameters, e.g. a list of anything.</summary>
    public abstract CelType Type { get; }

    public bool IsError => this is ErrorValue;

    /// <summary>Equality of CEL: numbers of all kinds compare by value, other kinds never equal each other.</summary>
    public virtual bool SameAs(CelValue other) => Equals(other);

    /// <summary>Characters, bytes, elements or entries; 1 for the rest.</summary>
    internal virtual long Size => 1;

    /// <summary>
    /// How many values and characters a walk through all of it meets, counted up to <paramref name="most"/>: lists of the same list of the
    /// same list can be endless to walk and small to keep.
    /// </summary>
    internal virtual long Weigh(long most) => Size;
}
