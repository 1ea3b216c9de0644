using Crescent.Cel.Typing;
using Crescent.Cel.Values;
using static Crescent.Cel.Libraries.Kinds;

namespace Crescent.Cel.Libraries;

/// <summary>Values that may be absent.</summary>
internal static class OptionalLibrary
{
    private static readonly CelType OptionalA = CelType.Optional(A);
    private static readonly CelType OptionalB = CelType.Optional(B);

    public static void AddTo(FunctionTable table)
    {
        table.Global("optional.of", [A], OptionalA, static a => new OptionalValue(a[0]));
        table.Global("optional.ofNonZeroValue", [A], OptionalA, static a => IsZero(a[0]) ? OptionalValue.None : new OptionalValue(a[0]));
        table.Global("optional.none", [], OptionalA, static _ => OptionalValue.None);
        table.Member("hasValue", [OptionalA], CelType.Bool, static a => Of(Inner(a[0]) is not null));
        table.Member("value", [OptionalA], A, static a => Inner(a[0]) ?? Fail("optional.none() dereference"));
        table.Member("or", [OptionalA, OptionalA], OptionalA, static a => Inner(a[0]) is null ? a[1] : a[0]);
        table.Member("orValue", [OptionalA, A], A, static a => Inner(a[0]) ?? a[1]);
        table.Global("_[?_]", [ListOfA, CelType.Int], OptionalA, static a => Wrap(OperatorLibrary.At((ListValue)a[0], a[1])));
        table.Global("_[?_]", [MapOfAB, A], OptionalB, static a => Wrap(OperatorLibrary.Look((MapValue)a[0], a[1])));
        table.Global("_[_]", [CelType.Optional(ListOfA), CelType.Int], OptionalA, static a => Index(a));
        table.Global("_[_]", [CelType.Optional(MapOfAB), A], OptionalB, static a => Index(a));
        table.Global("_[?_]", [CelType.Optional(ListOfA), CelType.Int], OptionalA, static a => Index(a));
        table.Global("_[?_]", [CelType.Optional(MapOfAB), A], OptionalB, static a => Index(a));
    }

    private static CelValue? Inner(CelValue value) => ((OptionalValue)value).Value;

    private static CelValue Wrap(CelValue? value) => value is null ? OptionalValue.None : value.IsError ? value : new OptionalValue(value);

    private static CelValue Index(CelValue[] arguments) => Inner(arguments[0]) switch
    {
        null => OptionalValue.None,
        ListValue list => Wrap(OperatorLibrary.At(list, arguments[1])),
        MapValue map => Wrap(OperatorLibrary.Look(map, arguments[1])),
        _ => ErrorValue.NoOverload,
    };

    private static bool IsZero(CelValue value) => value switch
    {
        NullValue => true,
        BoolValue flag => !flag.Value,
        NumberValue => Numbers.Compare(value, Of(0)) == 0,
        StringValue text => text.Value.Length == 0,
        BytesValue bytes => bytes.Value.IsEmpty,
        ListValue list => list.Count == 0,
        MapValue map => map.Count == 0,
        DurationValue span => span.Nanoseconds == 0,
        OptionalValue optional => optional.Value is null,
        _ => false,
    };
}
