using System.Globalization;

namespace Crescent.Api.Requests;

/// <summary>Durations as Go writes them: <c>32s</c>, <c>1m30s</c>, <c>500ms</c>; plain numbers are seconds.</summary>
internal static class GoDuration
{
    /// <summary>Go counts nanoseconds in 64 bits.</summary>
    private const double MaxSeconds = long.MaxValue / 1e9;

    /// <summary>Null value for an empty text; false when it is no duration.</summary>
    public static bool TryParse(string text, out TimeSpan? duration)
    {
        duration = null;
        if (text.Length == 0)
        {
            return true;
        }

        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
        {
            return TryMake(seconds, out duration);
        }

        var total = 0.0;
        var position = 0;
        while (position < text.Length)
        {
            var start = position;
            while (position < text.Length && (char.IsAsciiDigit(text[position]) || text[position] == '.'))
            {
                position++;
            }

            var unitStart = position;
            while (position < text.Length && !char.IsAsciiDigit(text[position]) && text[position] != '.')
            {
                position++;
            }

            if (!double.TryParse(text.AsSpan(start, unitStart - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                || UnitSeconds(text.AsSpan(unitStart, position - unitStart)) is not { } unit)
            {
                return false;
            }

            total += number * unit;
        }

        return TryMake(total, out duration);
    }

    private static bool TryMake(double seconds, out TimeSpan? duration)
    {
        duration = seconds < MaxSeconds ? TimeSpan.FromSeconds(seconds) : null;
        return duration is not null;
    }

    private static double? UnitSeconds(ReadOnlySpan<char> unit) => unit switch
    {
        "h" => 3600,
        "m" => 60,
        "s" => 1,
        "ms" => 1e-3,
        "us" or "µs" => 1e-6,
        "ns" => 1e-9,
        _ => null,
    };
}
