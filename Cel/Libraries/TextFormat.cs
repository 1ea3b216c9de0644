using System.Globalization;
using System.Text;
using Crescent.Cel.Values;
using static Crescent.Cel.Libraries.Kinds;

namespace Crescent.Cel.Libraries;

/// <summary><c>"%s is %d".format([name, count])</c>.</summary>
internal static class TextFormat
{
    private const int MostDecimals = 100;

    public static CelValue Format(string form, ListValue arguments)
    {
        var text = new StringBuilder();
        var next = 0;
        for (var at = 0; at < form.Length; at++)
        {
            if (form[at] != '%')
            {
                text.Append(form[at]);
                continue;
            }

            if (++at >= form.Length)
            {
                return Fail("unexpected end of string");
            }

            if (form[at] == '%')
            {
                text.Append('%');
                continue;
            }

            if (!TryDecimals(form, ref at, out var decimals))
            {
                return Fail("unable to find end of precision specifier");
            }

            if (next >= arguments.Count)
            {
                return Fail($"index {next} out of range");
            }

            if (One(form[at], decimals, arguments[next++]) is not { } piece)
            {
                return Fail($"could not parse formatting clause: unrecognized formatting clause \"{form[at]}\"");
            }

            if (piece.IsError)
            {
                return piece;
            }

            text.Append(piece);
        }

        return Of(text.ToString());
    }

    private static bool TryDecimals(string form, ref int at, out int decimals)
    {
        decimals = 6;
        if (form[at] != '.')
        {
            return true;
        }

        var start = ++at;
        while (at < form.Length && char.IsAsciiDigit(form[at]))
        {
            at++;
        }

        return at < form.Length && int.TryParse(form.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture, out decimals) && decimals <= MostDecimals;
    }

    private static CelValue? One(char clause, int decimals, CelValue value) => clause switch
    {
        's' => Of(Printer.Show(value, forFormat: true)),
        'd' => value is IntValue or UintValue or DoubleValue { Value: double.NaN or double.PositiveInfinity or double.NegativeInfinity } ? Of(Printer.Show(value, forFormat: true)) : Wrong("decimal clause can only be used on integers", value),
        'f' => Number(value) is { } number ? !double.IsFinite(number) ? Of(Printer.Show(value, forFormat: true)) : Of(number.ToString($"F{decimals}", CultureInfo.InvariantCulture)) : Wrong("fixed-point clause can only be used on doubles", value),
        'e' => Number(value) is { } number ? !double.IsFinite(number) ? Of(Printer.Show(value, forFormat: true)) : Of(Exponent(number, decimals)) : Wrong("scientific clause can only be used on doubles", value),
        'b' => value switch
        {
            IntValue whole => Of(whole.Value < 0 ? "-" + Convert.ToString(-whole.Value, 2) : Convert.ToString(whole.Value, 2)),
            UintValue whole => Of(whole.Value.ToString("b", CultureInfo.InvariantCulture)),
            BoolValue flag => Of(flag.Value ? "1" : "0"),
            _ => Wrong("only integers and bools can be formatted as binary", value),
        },
        'o' => value switch
        {
            IntValue whole => Of(whole.Value < 0 ? "-" + Convert.ToString(-whole.Value, 8) : Convert.ToString(whole.Value, 8)),
            UintValue { Value: <= long.MaxValue } whole => Of(Convert.ToString((long)whole.Value, 8)),
            _ => Wrong("octal clause can only be used on integers", value),
        },
        'x' or 'X' => Hex(value, clause),
        _ => null,
    };

    private static CelValue Hex(CelValue value, char clause)
    {
        var form = clause.ToString();
        return value switch
        {
            IntValue whole => Of(whole.Value < 0 ? "-" + (-(Int128)whole.Value).ToString(form, CultureInfo.InvariantCulture).TrimStart('0') : whole.Value.ToString(form, CultureInfo.InvariantCulture)),
            UintValue whole => Of(whole.Value.ToString(form, CultureInfo.InvariantCulture)),
            StringValue text => Of(Bytes(Encoding.UTF8.GetBytes(text.Value), clause)),
            BytesValue bytes => Of(Bytes(bytes.Value, clause)),
            _ => Wrong("only integers, byte buffers, and strings can be formatted as hex", value),
        };
    }

    private static string Bytes(ReadOnlySpan<byte> bytes, char clause) => clause == 'x' ? Convert.ToHexStringLower(bytes) : Convert.ToHexString(bytes);

    private static double? Number(CelValue value) => value switch
    {
        DoubleValue number => number.Value,
        IntValue whole => whole.Value,
        UintValue whole => whole.Value,
        _ => null,
    };

    private static string Exponent(double number, int decimals)
    {
        var text = number.ToString($"e{decimals}", CultureInfo.InvariantCulture);
        var cut = text.LastIndexOf('e') + 2;
        return cut < 2 ? text : text[..cut] + text[cut..].TrimStart('0').PadLeft(2, '0');
    }

    private static ErrorValue Wrong(string rule, CelValue value) => Fail($"error during formatting: {rule}, was given {value.Type.RuntimeName}");
}
