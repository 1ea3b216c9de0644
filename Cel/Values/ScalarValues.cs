using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Crescent.Cel.Typing;

namespace Crescent.Cel.Values;

// The plain values, together because each is a few lines and only their differences say something.
#pragma warning disable MA0048
public sealed class NullValue : CelValue
{
    public static readonly NullValue Instance = new();

    private NullValue()
    {
    }

    public override CelType Type => CelType.Null;

    public override string ToString() => "null";
}

public sealed class BoolValue : CelValue
{
    public static readonly BoolValue True = new(true);
    public static readonly BoolValue False = new(false);

    private BoolValue(bool value) => Value = value;

    public bool Value { get; }

    public override CelType Type => CelType.Bool;

    public static BoolValue Of(bool value) => value ? True : False;

    public override string ToString() => Value ? "true" : "false";
}

public sealed class IntValue(long value) : NumberValue
{
    public long Value => value;

    public override CelType Type => CelType.Int;

    public override int GetHashCode() => Numbers.Hash(value);

    public override string ToString() => value.ToString(CultureInfo.InvariantCulture);
}

public sealed class UintValue(ulong value) : NumberValue
{
    public ulong Value => value;

    public override CelType Type => CelType.Uint;

    public override int GetHashCode() => Numbers.Hash(value);

    public override string ToString() => value.ToString(CultureInfo.InvariantCulture);
}

public sealed class DoubleValue(double value) : NumberValue
{
    public double Value => value;

    public override CelType Type => CelType.Double;

    public override int GetHashCode() => Numbers.Hash(value);

    public override string ToString() => Numbers.Show(value);
}

public sealed class StringValue(string value) : CelValue
{
    public static readonly StringValue Empty = new("");

    public string Value => value;

    public override CelType Type => CelType.String;

    internal override long Size => value.Length;

    public override bool SameAs(CelValue other) => other is StringValue text && text.Value == value;

    public override bool Equals(object? obj) => obj is StringValue text && text.Value == value;

    public override int GetHashCode() => value.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => value;
}

public sealed class BytesValue(byte[] value) : CelValue
{
    public ReadOnlySpan<byte> Value => value;

    public override CelType Type => CelType.Bytes;

    internal override long Size => value.Length;

    public override bool SameAs(CelValue other) => other is BytesValue bytes && bytes.Value.SequenceEqual(value);

    public override bool Equals(object? obj) => obj is BytesValue bytes && SameAs(bytes);

    public override int GetHashCode() => value.Length == 0 ? 0 : HashCode.Combine(value.Length, value[0], value[^1]);

    public override string ToString() => Encoding.UTF8.GetString(value);
}

public sealed class TypeValue(CelType value) : CelValue
{
    public CelType Value => value;

    public override CelType Type => CelType.TypeOfAnything;

    public override bool SameAs(CelValue other) => other is TypeValue type && type.Value.RuntimeName == value.RuntimeName;

    public override bool Equals(object? obj) => obj is TypeValue type && SameAs(type);

    public override int GetHashCode() => value.RuntimeName.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => value.RuntimeName;
}

/// <summary>An evaluation that went wrong, with Kubernetes' words for it.</summary>
public sealed class ErrorValue(string message) : CelValue
{
    internal static readonly ErrorValue NoOverload = new("no such overload");
    internal static readonly ErrorValue Overflow = new("integer overflow");
    internal static readonly ErrorValue UnsignedOverflow = new("unsigned integer overflow");

    public string Message => message;

    public override CelType Type => CelType.Error;

    public override string ToString() => message;
}

/// <summary>A value that may be absent.</summary>
public sealed class OptionalValue(CelValue? value) : CelValue
{
    public static readonly OptionalValue None = new(null);
    private static readonly CelType Kind = CelType.Optional(CelType.Dyn);

    public CelValue? Value => value;

    public override CelType Type => Kind;

    public override bool SameAs(CelValue other) =>
        other is OptionalValue optional && (value is null ? optional.Value is null : optional.Value is not null && value.SameAs(optional.Value));

    public override bool Equals(object? obj) => obj is OptionalValue optional && SameAs(optional);

    public override int GetHashCode() => value?.GetHashCode() ?? 0;

    internal override long Weigh(long most) => 1 + (value?.Weigh(most - 1) ?? 0);

    public override string ToString() => value is null ? "optional.none()" : Printer.Show(this);
}
#pragma warning restore MA0048
