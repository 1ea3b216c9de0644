using System.Globalization;

namespace Crescent.Scheduling;

/// <summary>
/// Reads <see href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/">quantities</see> (<c>100m</c>,
/// <c>1.5Gi</c>, <c>2e3</c>) into whole numbers, rounded up. What does not parse or overflows counts as the nearest representable value.
/// </summary>
internal static class Quantities
{
    /// <summary>Thousandths: CPU.</summary>
    public static long Milli(string? text) => Scale(text, 1000m);

    /// <summary>Whole units: bytes, counts.</summary>
    public static long Units(string? text) => Scale(text, 1m);

    private static long Scale(string? text, decimal scale)
    {
        if (string.IsNullOrEmpty(text))
        {
            return 0;
        }

        var digits = text.AsSpan().IndexOfAnyExcept("+-.0123456789");
        var number = digits < 0 ? text.AsSpan() : text.AsSpan(0, digits);
        var suffix = digits < 0 ? [] : text.AsSpan(digits);
        if (!decimal.TryParse(number, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            || Factor(suffix) is not { } factor)
        {
            return 0;
        }

        var scaled = (double)value * (double)factor * (double)scale;
        return scaled switch
        {
            >= long.MaxValue => long.MaxValue,
            <= long.MinValue => long.MinValue,
            _ => (long)decimal.Ceiling(value * factor * scale),
        };
    }

    private static decimal? Factor(ReadOnlySpan<char> suffix) => suffix switch
    {
        "" => 1m,
        "n" => 1e-9m,
        "u" => 1e-6m,
        "m" => 1e-3m,
        "k" => 1e3m,
        "M" => 1e6m,
        "G" => 1e9m,
        "T" => 1e12m,
        "P" => 1e15m,
        "E" => 1e18m,
        "Ki" => 1L << 10,
        "Mi" => 1L << 20,
        "Gi" => 1L << 30,
        "Ti" => 1L << 40,
        "Pi" => 1L << 50,
        "Ei" => 1L << 60,
        ['e' or 'E', .. var exponent] when int.TryParse(exponent, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var power)
            && power is >= -18 and <= 18 => Power(power),
        _ => null,
    };

    private static decimal Power(int exponent)
    {
        var power = 1m;
        for (var step = 0; step < Math.Abs(exponent); step++)
        {
            power = exponent < 0 ? power / 10m : power * 10m;
        }

        return power;
    }
}
