using System.Numerics;
using Crescent.Cel.Typing;
using Crescent.Cel.Values;
using static Crescent.Cel.Libraries.Kinds;

namespace Crescent.Cel.Libraries;

/// <summary><see href="https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-quantity-library">Quantities</see>.</summary>
internal static class QuantityLibrary
{
    public static readonly CelType Quantity = CelType.Opaque("kubernetes.Quantity");

    public static void AddTo(FunctionTable table)
    {
        table.Global("quantity", [CelType.String], Quantity,
            static a => QuantityValue.TryParse(a[0].Text(), out var quantity)
                ? quantity
                : Fail("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"), Cost);
        table.Global("isQuantity", [CelType.String], CelType.Bool, static a => Of(QuantityValue.TryParse(a[0].Text(), out _)), Cost);
        table.Member("sign", [Quantity], CelType.Int, static a => Of(Nano(a[0]).Sign));
        table.Member("isInteger", [Quantity], CelType.Bool, static a => Of(Whole(a[0]) is not null));
        table.Member("asInteger", [Quantity], CelType.Int,
            static a => Whole(a[0]) is { } whole ? Of(whole) : Fail("cannot convert value to integer"));
        table.Member("asApproximateFloat", [Quantity], CelType.Double, static a => new DoubleValue((double)Nano(a[0]) / 1e9));
        table.Member("add", [Quantity, Quantity], Quantity, static a => new QuantityValue(Nano(a[0]) + Nano(a[1])));
        table.Member("add", [Quantity, CelType.Int], Quantity, static a => new QuantityValue(Nano(a[0]) + a[1].Int() * QuantityValue.One));
        table.Member("sub", [Quantity, Quantity], Quantity, static a => new QuantityValue(Nano(a[0]) - Nano(a[1])));
        table.Member("sub", [Quantity, CelType.Int], Quantity, static a => new QuantityValue(Nano(a[0]) - a[1].Int() * QuantityValue.One));
        table.Member("isLessThan", [Quantity, Quantity], CelType.Bool, static a => Of(Nano(a[0]) < Nano(a[1])));
        table.Member("isGreaterThan", [Quantity, Quantity], CelType.Bool, static a => Of(Nano(a[0]) > Nano(a[1])));
        table.Member("compareTo", [Quantity, Quantity], CelType.Int, static a => Of(Math.Sign(Nano(a[0]).CompareTo(Nano(a[1])))));
    }

    private static BigInteger Nano(CelValue value) => ((QuantityValue)value).Nano;

    private static long? Whole(CelValue value) =>
        Nano(value) % QuantityValue.One == 0 && Nano(value) / QuantityValue.One is var whole && whole >= long.MinValue && whole <= long.MaxValue ? (long)whole : null;

    private static long Cost(CelValue[] arguments) => Tenth(arguments[0].Size);
}
