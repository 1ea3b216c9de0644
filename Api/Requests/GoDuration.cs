using System.Globalization;

namespace Crescent.Api.Requests;

/// <summary>Durations as Go writes them: <c>32s</c>, <c>1m30s</c>, <c>500ms</c>; plain numbers are seconds.</summary>
internal static class GoDuration
{
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
            duration = TimeSpan.FromSeconds(seconds);
            return true;
        }

        var total = TimeSpan.Zero;
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
                || UnitSeconds(text.AsSpan(unitStart, position - unitStart)) is not { } unit || number * unit > TimeSpan.MaxValue.TotalSeconds / 2)
            {
                return false;
            }

            total += TimeSpan.FromSeconds(number * unit);
        }

        duration = total;
        return true;
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
