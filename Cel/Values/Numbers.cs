using System.Globalization;

namespace Crescent.Cel.Values;

/// <summary>Numbers of different kinds on one line.</summary>
internal static class Numbers
{
    /// <summary>Less than, equal to or more than 0; null where a NaN is involved.</summary>
    public static int? Compare(CelValue left, CelValue right) => (left, right) switch
    {
        (IntValue a, IntValue b) => a.Value.CompareTo(b.Value),
        (UintValue a, UintValue b) => a.Value.CompareTo(b.Value),
        (IntValue a, UintValue b) => ((Int128)a.Value).CompareTo(b.Value),
        (UintValue a, IntValue b) => ((Int128)a.Value).CompareTo(b.Value),
        (DoubleValue a, DoubleValue b) => Compare(a.Value, b.Value),
        (DoubleValue a, IntValue b) => Compare(a.Value, b.Value),
        (DoubleValue a, UintValue b) => Compare(a.Value, b.Value),
        (IntValue a, DoubleValue b) => -Compare(b.Value, a.Value),
        (UintValue a, DoubleValue b) => -Compare(b.Value, a.Value),
        _ => null,
    };

    /// <summary>Equal numbers of different kinds hash alike.</summary>
    public static int Hash(double value) => value == 0 ? 0 : value.GetHashCode();

    public static bool IsWhole(double value) => double.IsFinite(value) && Math.Floor(value) == value;

    /// <summary>The shortest decimal text, with an exponent where Go would write one.</summary>
    public static string Show(double value)
    {
        if (double.IsNaN(value))
        {
            return "NaN";
        }

        if (double.IsInfinity(value))
        {
            return value > 0 ? "+Inf" : "-Inf";
        }

        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.Contains('E', StringComparison.Ordinal) ? Scientific(text) : Math.Abs(value) >= 1e6 ? Shift(text) : text;
    }

    /// <summary>Decimal text with the point behind its first digit.</summary>
    private static string Shift(string text)
    {
        var digits = text.AsSpan(text[0] == '-' ? 1 : 0);
        var whole = digits.IndexOf('.') is >= 0 and var point ? point : digits.Length;
        var mantissa = $"{text[..^digits.Length]}{digits[0]}.{digits[1..].ToString().Replace(".", "", StringComparison.Ordinal)}";
        return Scientific(string.Create(CultureInfo.InvariantCulture, $"{mantissa}E{whole - 1}"));
    }

    /// <summary>As doubles, which makes some big neighbours equal, as the language wants it.</summary>
    private static int? Compare(double left, double right) => double.IsNaN(left) || double.IsNaN(right) ? null : left == right ? 0 : left.CompareTo(right);

    private static string Scientific(string text)
    {
        var cut = text.IndexOf('E', StringComparison.Ordinal);
        var mantissa = text[..cut].Contains('.', StringComparison.Ordinal) ? text[..cut].TrimEnd('0').TrimEnd('.') : text[..cut];
        var exponent = int.Parse(text.AsSpan(cut + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
    }
}
