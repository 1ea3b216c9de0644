using Crescent.Cel.Typing;
using Crescent.Cel.Values;

namespace Crescent.Cel.Libraries;

/// <summary>Short names for what the libraries' tables are made of.</summary>
internal static class Kinds
{
    public static readonly CelType A = CelType.Parameter("A");
    public static readonly CelType B = CelType.Parameter("B");
    public static readonly CelType ListOfA = CelType.List(A);
    public static readonly CelType MapOfAB = CelType.Map(A, B);
    public static readonly CelType Strings = CelType.List(CelType.String);

    public static string Text(this CelValue value) => ((StringValue)value).Value;

    public static long Int(this CelValue value) => ((IntValue)value).Value;

    public static CelValue Of(long value) => new IntValue(value);

    public static CelValue Of(bool value) => BoolValue.Of(value);

    public static CelValue Of(string value) => new StringValue(value);

    public static ErrorValue Fail(string message) => new(message);

    /// <summary>A tenth of what a function looks at, rounded up: what strings cost.</summary>
    public static long Tenth(long size) => Math.Max(1, (size + 9) / 10);
}
