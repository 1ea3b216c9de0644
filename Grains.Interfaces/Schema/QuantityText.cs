using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;

namespace Crescent.Schema;

/// <summary>
/// Reads and writes the text form of <see href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/">quantities</see>
/// exactly: values are whole billionths, rounded up.
/// </summary>
public static class QuantityText
{
    private static readonly string[] Decimal = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
    private static readonly string[] Binary = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    private static readonly BigInteger Nano = BigInteger.Pow(10, 9);

    /// <summary>The form Kubernetes answers with, e.g. <c>500m</c> for <c>0.5</c>, <c>1Gi</c> for <c>1024Mi</c>; false for no quantity.</summary>
    public static bool TryCanonicalize(string text, [NotNullWhen(true)] out string? canonical)
    {
        canonical = null;
        if (!TryParse(text, out var nano, out var style))
        {
            return false;
        }

        canonical = style == Style.Binary && BigInteger.Abs(nano) >= 1024 * Nano ? FormatBinary(nano) : FormatDecimal(nano, style);
        return true;
    }

    /// <summary>The value in billionths; false for no quantity.</summary>
    public static bool TryParseNano(string text, out BigInteger nano) => TryParse(text, out nano, out _);

    private static string FormatDecimal(BigInteger value, Style style)
    {
        if (value.IsZero)
        {
            return "0";
        }

        var index = 0;
        while (index < Decimal.Length - 1 && value % 1000 == 0)
        {
            value /= 1000;
            index++;
        }

        var suffix = style != Style.Exponent ? Decimal[index] : index == 3 ? "" : string.Create(CultureInfo.InvariantCulture, $"e{(index - 3) * 3}");
        return value.ToString(CultureInfo.InvariantCulture) + suffix;
    }

    private static string FormatBinary(BigInteger nano)
    {
        var value = DivideUp(nano, Nano);
        var index = 0;
        while (index < Binary.Length - 1 && value % 1024 == 0)
        {
            value /= 1024;
            index++;
        }

        return value.ToString(CultureInfo.InvariantCulture) + Binary[index];
    }

    private static bool TryParse(string text, out BigInteger nano, out Style style)
    {
        nano = default;
        style = Style.Decimal;
        var end = 0;
        if (text.Length > 0 && text[0] is '+' or '-')
        {
            end++;
        }

        var (start, digits, fraction, seenPoint) = (end, 0, 0, false);
        for (; end < text.Length && (char.IsAsciiDigit(text[end]) || (text[end] == '.' && !seenPoint)); end++)
        {
            if (text[end] == '.')
            {
                seenPoint = true;
                continue;
            }

            digits++;
            fraction += seenPoint ? 1 : 0;
        }

        if (digits is 0 or > 64 || !TryReadSuffix(text.AsSpan(end), out var factor, out var exponent, out style))
        {
            return false;
        }

        var mantissa = BigInteger.Parse(text[start..end].Replace(".", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture);
        var scale = exponent - fraction + 9;
        var value = mantissa * factor;
        value = scale >= 0 ? value * BigInteger.Pow(10, scale) : DivideUp(value, BigInteger.Pow(10, -scale));
        nano = text[0] == '-' ? -value : value;
        return true;
    }

    private static bool TryReadSuffix(ReadOnlySpan<char> suffix, out BigInteger factor, out int exponent, out Style style)
    {
        (factor, exponent, style) = (BigInteger.One, 0, Style.Decimal);
        for (var index = 1; index < Binary.Length; index++)
        {
            if (suffix.SequenceEqual(Binary[index]))
            {
                (factor, style) = (BigInteger.Pow(1024, index), Style.Binary);
                return true;
            }
        }

        for (var index = 0; index < Decimal.Length; index++)
        {
            if (suffix.SequenceEqual(Decimal[index]))
            {
                exponent = (index - 3) * 3;
                return true;
            }
        }

        style = Style.Exponent;
        return suffix.Length is > 1 and < 5 && suffix[0] is 'e' or 'E'
            && int.TryParse(suffix[1..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent);
    }

    private static BigInteger DivideUp(BigInteger value, BigInteger divisor)
    {
        var quotient = BigInteger.DivRem(value, divisor, out var remainder);
        return remainder.Sign switch { 0 => quotient, > 0 => quotient + 1, _ => quotient - 1 };
    }

    private enum Style
    {
        Decimal,
        Binary,
        Exponent,
    }
}
