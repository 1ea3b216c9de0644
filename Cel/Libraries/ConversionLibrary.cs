using System.Globalization;
using System.Text;
using Crescent.Cel.Typing;
using Crescent.Cel.Values;
using static Crescent.Cel.Libraries.Kinds;

namespace Crescent.Cel.Libraries;

/// <summary><c>int(x)</c>, <c>string(x)</c> and the like.</summary>
internal static class ConversionLibrary
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public static void AddTo(FunctionTable table)
    {
        table.Global("type", [A], CelType.TypeOf(A), static a => new TypeValue(a[0].Type));
        table.Global("dyn", [A], CelType.Dyn, static a => a[0]);
        foreach (var type in (ReadOnlySpan<CelType>)[CelType.Bool, CelType.Int, CelType.Uint, CelType.Double, CelType.String, CelType.Bytes, CelType.Timestamp, CelType.Duration])
        {
            table.Global(type.Name, [type], type, static a => a[0]);
        }

        table.Global("bool", [CelType.String], CelType.Bool, static a => ToBool(a[0].Text()));
        table.Global("bytes", [CelType.String], CelType.Bytes,
            static a => new BytesValue(Encoding.UTF8.GetBytes(a[0].Text())), static a => Tenth(a[0].Size));
        table.Global("timestamp", [CelType.Int], CelType.Timestamp,
            static a => TimestampValue.Of((Int128)a[0].Int() * TimestampValue.Second));
        table.Global("timestamp", [CelType.String], CelType.Timestamp,
            static a => TimestampValue.TryParse(a[0].Text(), out var time) ? time : Fail($"parsing time \"{a[0]}\" failed"));
        table.Global("duration", [CelType.String], CelType.Duration,
            static a => DurationValue.TryParse(a[0].Text(), out var span) ? span : Fail($"time: invalid duration \"{a[0]}\""));
        Numbers(table);
        Texts(table);
    }

    private static void Numbers(FunctionTable table)
    {
        table.Global("double", [CelType.Int], CelType.Double, static a => new DoubleValue(a[0].Int()));
        table.Global("double", [CelType.Uint], CelType.Double, static a => new DoubleValue(((UintValue)a[0]).Value));
        table.Global("double", [CelType.String], CelType.Double, static a =>
            double.TryParse(a[0].Text(), NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number)
                ? new DoubleValue(number)
                : Fail("type conversion error from 'string' to 'double'"));
        table.Global("int", [CelType.Double], CelType.Int,
            static a => ((DoubleValue)a[0]).Value is > -9223372036854775808.0 and < 9223372036854775808.0 and var number
                ? Of((long)number)
                : ErrorValue.Overflow);
        table.Global("int", [CelType.Uint], CelType.Int,
            static a => ((UintValue)a[0]).Value is <= long.MaxValue and var number ? Of((long)number) : ErrorValue.Overflow);
        table.Global("int", [CelType.Timestamp], CelType.Int, static a => Of(((TimestampValue)a[0]).Seconds));
        table.Global("int", [CelType.Duration], CelType.Int, static a => Of(((DurationValue)a[0]).Nanoseconds));
        table.Global("int", [CelType.String], CelType.Int, static a =>
            long.TryParse(a[0].Text(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? Of(number) : Fail("type conversion error from 'string' to 'int'"));
        table.Global("uint", [CelType.Double], CelType.Uint,
            static a => ((DoubleValue)a[0]).Value is > -1 and < 18446744073709551616.0 and var number && number >= 0
                ? new UintValue((ulong)number)
                : ErrorValue.UnsignedOverflow);
        table.Global("uint", [CelType.Int], CelType.Uint,
            static a => a[0].Int() >= 0 ? new UintValue((ulong)a[0].Int()) : ErrorValue.UnsignedOverflow);
        table.Global("uint", [CelType.String], CelType.Uint, static a =>
            ulong.TryParse(a[0].Text(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? new UintValue(number) : Fail("type conversion error from 'string' to 'uint'"));
    }

    private static void Texts(FunctionTable table)
    {
        foreach (var type in (ReadOnlySpan<CelType>)[CelType.Bool, CelType.Int, CelType.Uint, CelType.Double, CelType.Timestamp, CelType.Duration])
        {
            table.Global("string", [type], CelType.String, static a => Of(a[0].ToString()!));
        }

        table.Global("string", [CelType.Bytes], CelType.String, static a =>
        {
            try
            {
                return Of(Strict.GetString(((BytesValue)a[0]).Value));
            }
            catch (ArgumentException)
            {
                return Fail("invalid UTF-8 in bytes, cannot convert to string");
            }
        }, static a => Tenth(a[0].Size));
    }

    private static CelValue ToBool(string text) => text switch
    {
        "1" or "t" or "T" or "TRUE" or "true" or "True" => BoolValue.True,
        "0" or "f" or "F" or "FALSE" or "false" or "False" => BoolValue.False,
        _ => Fail("type conversion error from 'string' to 'bool'"),
    };
}
