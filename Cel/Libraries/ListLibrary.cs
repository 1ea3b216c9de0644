using Crescent.Cel.Typing;
using Crescent.Cel.Values;
using static Crescent.Cel.Libraries.Kinds;

namespace Crescent.Cel.Libraries;

/// <summary>Lists as a whole, and as <c>sets</c>.</summary>
internal static class ListLibrary
{
    public static void AddTo(FunctionTable table)
    {
        foreach (var type in (ReadOnlySpan<CelType>)[CelType.Int, CelType.Uint, CelType.Double, CelType.Bool, CelType.Duration, CelType.Timestamp, CelType.String, CelType.Bytes])
        {
            var list = CelType.List(type);
            table.Member("isSorted", [list], CelType.Bool, static a => IsSorted((ListValue)a[0]), Cost);
            table.Member("min", [list], type, static a => Extreme((ListValue)a[0], "min", -1), Cost);
            table.Member("max", [list], type, static a => Extreme((ListValue)a[0], "max", 1), Cost);
        }

        Sum(table, CelType.Int, Of(0));
        Sum(table, CelType.Uint, new UintValue(0));
        Sum(table, CelType.Double, new DoubleValue(0));
        Sum(table, CelType.Duration, new DurationValue(0));
        table.Member("indexOf", [ListOfA, A], CelType.Int, static a => Of(Positions(a).DefaultIfEmpty(-1).First()), Cost);
        table.Member("lastIndexOf", [ListOfA, A], CelType.Int, static a => Of(Positions(a).DefaultIfEmpty(-1).Last()), Cost);
        table.Global("sets.contains", [ListOfA, ListOfA], CelType.Bool, static a => Of(Holds(a[0], a[1])), PairCost);
        table.Global("sets.equivalent", [ListOfA, ListOfA], CelType.Bool, static a => Of(Holds(a[0], a[1]) && Holds(a[1], a[0])), PairCost);
        table.Global("sets.intersects", [ListOfA, ListOfA], CelType.Bool,
            static a => Of(Items(a[0]).Any(item => OperatorLibrary.Contains((ListValue)a[1], item))), PairCost);
    }

    private static void Sum(FunctionTable table, CelType type, CelValue zero)
    {
        var add = table.Find("_+_")!.First(overload => overload.Parameters[0].Equals(type) && overload.Parameters[1].Equals(type));
        table.Member("sum", [CelType.List(type)], type, a =>
        {
            var total = zero;
            foreach (var item in Items(a[0]))
            {
                CelValue[] pair = [total, item];
                if ((total = add.Fits(pair) ? add.Run(pair) : ErrorValue.NoOverload).IsError)
                {
                    return total;
                }
            }

            return total;
        }, Cost);
    }

    private static CelValue IsSorted(ListValue list)
    {
        for (var index = 1; index < list.Count; index++)
        {
            if (OperatorLibrary.Compare(list[index - 1], list[index]) is not { } order)
            {
                return ErrorValue.NoOverload;
            }

            if (order > 0)
            {
                return BoolValue.False;
            }
        }

        return BoolValue.True;
    }

    private static CelValue Extreme(ListValue list, string name, int sign)
    {
        if (list.Count == 0)
        {
            return Fail($"{name} called on empty list");
        }

        var best = list[0];
        for (var index = 1; index < list.Count; index++)
        {
            if (OperatorLibrary.Compare(list[index], best) is not { } order)
            {
                return ErrorValue.NoOverload;
            }

            best = Math.Sign(order) == sign ? list[index] : best;
        }

        return best;
    }

    private static IEnumerable<long> Positions(CelValue[] arguments)
    {
        var list = (ListValue)arguments[0];
        for (var index = 0; index < list.Count; index++)
        {
            if (list[index].SameAs(arguments[1]))
            {
                yield return index;
            }
        }
    }

    private static bool Holds(CelValue all, CelValue some) => Items(some).All(item => OperatorLibrary.Contains((ListValue)all, item));

    private static IEnumerable<CelValue> Items(CelValue value)
    {
        var list = (ListValue)value;
        for (var index = 0; index < list.Count; index++)
        {
            yield return list[index];
        }
    }

    private static long Cost(CelValue[] arguments) => OperatorLibrary.Weigh(arguments[0]);

    private static long PairCost(CelValue[] arguments) => OperatorLibrary.Weigh(arguments[0]) * OperatorLibrary.Weigh(arguments[1]);
}
