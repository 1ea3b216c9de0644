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
        (DoubleValue a, DoubleValue b) => double.IsNaN(a.Value) || double.IsNaN(b.Value) ? null : a.Value.CompareTo(b.Value) is var order && a.Value == b.Value ? 0 : order,
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

        var magnitude = Math.Abs(value);
        if (magnitude is not 0 and (< 1e-4 or >= 1e21))
        {
            var text = value.ToString("E16", CultureInfo.InvariantCulture);
            var shortest = value.ToString("R", CultureInfo.InvariantCulture);
            return Scientific(shortest.Contains('E', StringComparison.Ordinal) ? shortest : text);
        }

        return decimalText(value);

        static string decimalText(double value)
        {
            var text = value.ToString("R", CultureInfo.InvariantCulture);
            return text.Contains('E', StringComparison.Ordinal) ? value.ToString("F0", CultureInfo.InvariantCulture) : text;
        }
    }

    /// <summary>As doubles, which makes some big neighbours equal, as the language wants it.</summary>
    private static int? Compare(double left, double right) => double.IsNaN(left) ? null : left.CompareTo(right);

    private static string Scientific(string text)
    {
        var cut = text.IndexOf('E', StringComparison.Ordinal);
        var mantissa = text[..cut].Contains('.', StringComparison.Ordinal) ? text[..cut].TrimEnd('0').TrimEnd('.') : text[..cut];
        var exponent = int.Parse(text.AsSpan(cut + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
    }
}
