using Crescent.Cel.Typing;
using Crescent.Cel.Values;
using static Crescent.Cel.Libraries.Kinds;

namespace Crescent.Cel.Libraries;

/// <summary>Arithmetic, comparison, membership and indexing.</summary>
internal static class OperatorLibrary
{
    private const int FreeCopies = 1_000;

    public static void AddTo(FunctionTable table)
    {
        Arithmetic(table);
        Times(table);
        Comparisons(table);
        Containers(table);
        table.Global("!_", [CelType.Bool], CelType.Bool, static a => Of(!((BoolValue)a[0]).Value));
        table.Global("_==_", [A, A], CelType.Bool, static a => Of(a[0].SameAs(a[1])), CompareCost);
        table.Global("_!=_", [A, A], CelType.Bool, static a => Of(!a[0].SameAs(a[1])), CompareCost);
    }

    private static void Arithmetic(FunctionTable table)
    {
        table.Global("_+_", [CelType.Bytes, CelType.Bytes], CelType.Bytes,
            static a => new BytesValue([.. ((BytesValue)a[0]).Value, .. ((BytesValue)a[1]).Value]), JoinCost);
        table.Global("_+_", [CelType.Double, CelType.Double], CelType.Double, static a => Double(a, static (x, y) => x + y));
        table.Global("_+_", [CelType.Int, CelType.Int], CelType.Int, static a => Whole(a, static (x, y) => x + y));
        table.Global("_+_", [ListOfA, ListOfA], ListOfA, static a => Concat((ListValue)a[0], (ListValue)a[1]), CopyCost);
        table.Global("_+_", [CelType.String, CelType.String], CelType.String,
            static a => Of(string.Concat(a[0].Text(), a[1].Text())), JoinCost);
        table.Global("_+_", [CelType.Uint, CelType.Uint], CelType.Uint, static a => Unsigned(a, static (x, y) => x + y));
        table.Global("_-_", [CelType.Double, CelType.Double], CelType.Double, static a => Double(a, static (x, y) => x - y));
        table.Global("_-_", [CelType.Int, CelType.Int], CelType.Int, static a => Whole(a, static (x, y) => x - y));
        table.Global("_-_", [CelType.Uint, CelType.Uint], CelType.Uint, static a => Unsigned(a, static (x, y) => x - y));
        table.Global("_*_", [CelType.Double, CelType.Double], CelType.Double, static a => Double(a, static (x, y) => x * y));
        table.Global("_*_", [CelType.Int, CelType.Int], CelType.Int, static a => Whole(a, static (x, y) => x * y));
        table.Global("_*_", [CelType.Uint, CelType.Uint], CelType.Uint, static a => Unsigned(a, static (x, y) => x * y));
        table.Global("_/_", [CelType.Double, CelType.Double], CelType.Double, static a => Double(a, static (x, y) => x / y));
        table.Global("_/_", [CelType.Int, CelType.Int], CelType.Int,
            static a => a[1].Int() == 0 ? Fail("division by zero") : Whole(a, static (x, y) => x / y));
        table.Global("_/_", [CelType.Uint, CelType.Uint], CelType.Uint,
            static a => a[1].SameAs(Of(0)) ? Fail("division by zero") : Unsigned(a, static (x, y) => x / y));
        table.Global("_%_", [CelType.Int, CelType.Int], CelType.Int,
            static a => a[1].Int() == 0 ? Fail("modulus by zero") : a[1].Int() == -1 && a[0].Int() == long.MinValue ? ErrorValue.Overflow : Of(a[1].Int() == -1 ? 0 : a[0].Int() % a[1].Int()));
        table.Global("_%_", [CelType.Uint, CelType.Uint], CelType.Uint,
            static a => a[1].SameAs(Of(0)) ? Fail("modulus by zero") : Unsigned(a, static (x, y) => x % y));
        table.Global("-_", [CelType.Double], CelType.Double, static a => new DoubleValue(-((DoubleValue)a[0]).Value));
        table.Global("-_", [CelType.Int], CelType.Int, static a => a[0].Int() == long.MinValue ? ErrorValue.Overflow : Of(-a[0].Int()));
    }

    private static void Times(FunctionTable table)
    {
        table.Global("_+_", [CelType.Duration, CelType.Duration], CelType.Duration,
            static a => DurationValue.Of((Int128)Span(a[0]) + Span(a[1])));
        table.Global("_+_", [CelType.Duration, CelType.Timestamp], CelType.Timestamp,
            static a => TimestampValue.Of(Moment(a[1]) + Span(a[0])));
        table.Global("_+_", [CelType.Timestamp, CelType.Duration], CelType.Timestamp,
            static a => TimestampValue.Of(Moment(a[0]) + Span(a[1])));
        table.Global("_-_", [CelType.Duration, CelType.Duration], CelType.Duration,
            static a => DurationValue.Of((Int128)Span(a[0]) - Span(a[1])));
        table.Global("_-_", [CelType.Timestamp, CelType.Duration], CelType.Timestamp,
            static a => TimestampValue.Of(Moment(a[0]) - Span(a[1])));
        table.Global("_-_", [CelType.Timestamp, CelType.Timestamp], CelType.Duration,
            static a => DurationValue.Of(Moment(a[0]) - Moment(a[1])));
    }

    private static void Comparisons(FunctionTable table)
    {
        Order(table, "_<_", static order => order < 0);
        Order(table, "_<=_", static order => order <= 0);
        Order(table, "_>_", static order => order > 0);
        Order(table, "_>=_", static order => order >= 0);
    }

    private static void Order(FunctionTable table, string name, Func<int, bool> holds)
    {
        CelType[] numbers = [CelType.Int, CelType.Uint, CelType.Double];
        foreach (var type in (ReadOnlySpan<CelType>)[CelType.Bool, CelType.String, CelType.Bytes, CelType.Timestamp, CelType.Duration])
        {
            table.Global(name, [type, type], CelType.Bool, a => Of(Compare(a[0], a[1]) is { } order && holds(order)), CompareCost);
        }

        foreach (var left in numbers)
        {
            foreach (var right in numbers)
            {
                table.Global(name, [left, right], CelType.Bool, a => Of(Compare(a[0], a[1]) is { } order && holds(order)));
            }
        }
    }

    private static void Containers(FunctionTable table)
    {
        table.Global("_[_]", [ListOfA, CelType.Int], A,
            static a => At((ListValue)a[0], a[1]) ?? Fail($"index out of bounds: {a[1]}"), takesAnyNumber: true);
        table.Global("_[_]", [MapOfAB, A], B, static a => Look((MapValue)a[0], a[1]) ?? Fail($"no such key: {a[1]}"));
        table.Global("@in", [A, ListOfA], CelType.Bool, static a => Of(Contains((ListValue)a[1], a[0])), static a => Weigh(a[1]));
        table.Global("@in", [A, MapOfAB], CelType.Bool, static a => Of(Look((MapValue)a[1], a[0]) is not null));
        table.Both("size", [CelType.String], CelType.Int, static a => Of(StringLibrary.Length(a[0].Text())));
        table.Both("size", [CelType.Bytes], CelType.Int, static a => Of(((BytesValue)a[0]).Value.Length));
        table.Both("size", [ListOfA], CelType.Int, static a => Of(((ListValue)a[0]).Count));
        table.Both("size", [MapOfAB], CelType.Int, static a => Of(((MapValue)a[0]).Count));
    }

    /// <summary>The element at a whole number, of whatever kind; null outside.</summary>
    internal static CelValue? At(ListValue list, CelValue index)
    {
        var at = index switch
        {
            IntValue whole => whole.Value,
            UintValue { Value: <= int.MaxValue } whole => (long)whole.Value,
            DoubleValue { Value: >= 0 and <= int.MaxValue } number when Numbers.IsWhole(number.Value) => (long)number.Value,
            _ => -1,
        };
        return at >= 0 && at < list.Count ? list[(int)at] : null;
    }

    internal static CelValue? Look(MapValue map, CelValue key) => map.TryGet(key, out var value) ? value : null;

    internal static bool Contains(ListValue list, CelValue value)
    {
        for (var index = 0; index < list.Count; index++)
        {
            if (list[index].SameAs(value))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Null for what has no order: a NaN, or values of different kinds.</summary>
    internal static int? Compare(CelValue left, CelValue right) => (left, right) switch
    {
        (NumberValue, NumberValue) => Numbers.Compare(left, right),
        (StringValue a, StringValue b) => CompareText(a.Value, b.Value),
        (BoolValue a, BoolValue b) => a.Value.CompareTo(b.Value),
        (BytesValue a, BytesValue b) => a.Value.SequenceCompareTo(b.Value),
        (TimestampValue a, TimestampValue b) => a.Nanoseconds.CompareTo(b.Nanoseconds),
        (DurationValue a, DurationValue b) => a.Nanoseconds.CompareTo(b.Nanoseconds),
        _ => null,
    };

    internal static long CompareCost(CelValue[] arguments) => arguments[0].Type.Kind is not (CelKind.List or CelKind.Map or CelKind.Opaque)
        ? Tenth(Math.Min(arguments[0].Size, arguments[1].Size))
        : Tenth(Math.Min(Weigh(arguments[0]), Weigh(arguments[1])));

    /// <summary>More than anybody can pay for weighs no more.</summary>
    internal static long Weigh(CelValue value) => value.Weigh(20 * CostLimits.PerExpression);

    /// <summary>By code points, which differs from UTF-16 beyond the basic plane.</summary>
    private static int CompareText(string left, string right)
    {
        var common = left.AsSpan().CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        var (a, b) = (left[common], right[common]);
        return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b) : char.IsSurrogate(a) ? 1 : -1;
    }

    private static long JoinCost(CelValue[] arguments) => Tenth(arguments[0].Size + arguments[1].Size);

    private static long CopyCost(CelValue[] arguments) =>
        arguments[0].Size + arguments[1].Size is > FreeCopies and var size ? size : 1;

    private static ArrayListValue Concat(ListValue left, ListValue right)
    {
        var items = new CelValue[left.Count + right.Count];
        for (var index = 0; index < items.Length; index++)
        {
            items[index] = index < left.Count ? left[index] : right[index - left.Count];
        }

        return new(items);
    }

    private static CelValue Whole(CelValue[] arguments, Func<Int128, Int128, Int128> operation)
    {
        var result = operation(arguments[0].Int(), arguments[1].Int());
        return result < long.MinValue || result > long.MaxValue ? ErrorValue.Overflow : new IntValue((long)result);
    }

    private static CelValue Unsigned(CelValue[] arguments, Func<Int128, Int128, Int128> operation)
    {
        // A product of two may be just too long for a signed 128-bit number, and then it is negative.
        var result = operation(((UintValue)arguments[0]).Value, ((UintValue)arguments[1]).Value);
        return result < 0 || result > ulong.MaxValue ? ErrorValue.UnsignedOverflow : new UintValue((ulong)result);
    }

    private static DoubleValue Double(CelValue[] arguments, Func<double, double, double> operation) =>
        new(operation(((DoubleValue)arguments[0]).Value, ((DoubleValue)arguments[1]).Value));

    private static long Span(CelValue value) => ((DurationValue)value).Nanoseconds;

    private static Int128 Moment(CelValue value) => ((TimestampValue)value).Nanoseconds;
}
