using System.Globalization;
using Crescent.Cel.Typing;

namespace Crescent.Cel.Values;

/// <summary>A span of time in nanoseconds, at most 292 years.</summary>
public sealed class DurationValue(long nanoseconds) : CelValue
{
    private static readonly (string Unit, long Nanoseconds)[] Units =
    [
        ("ns", 1), ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ms", 1_000_000), ("h", 3600 * TimestampValue.Second), ("m", 60 * TimestampValue.Second),
        ("s", TimestampValue.Second),
    ];

    public long Nanoseconds => nanoseconds;

    public override CelType Type => CelType.Duration;

    /// <summary>The span, or an error out of range.</summary>
    public static CelValue Of(Int128 nanoseconds) =>
        nanoseconds > long.MaxValue || nanoseconds < long.MinValue ? new ErrorValue("duration overflow") : new DurationValue((long)nanoseconds);

    /// <summary>Reads Go's form: <c>1h30m</c>, <c>-1.5s</c>, <c>0</c>.</summary>
    public static bool TryParse(string text, out DurationValue value)
    {
        value = null!;
        var isNegative = text.StartsWith('-');
        var rest = text.AsSpan(isNegative || text.StartsWith('+') ? 1 : 0);
        if (rest is "0")
        {
            value = new(0);
            return true;
        }

        if (rest.IsEmpty)
        {
            return false;
        }

        Int128 total = 0;
        while (!rest.IsEmpty)
        {
            if (!TryPart(ref rest, out var part) || (total += part) > (Int128)long.MaxValue + 1)
            {
                return false;
            }
        }

        total = isNegative ? -total : total;
        if (Of(total) is not DurationValue found)
        {
            return false;
        }

        value = found;
        return true;
    }

    private static bool TryPart(ref ReadOnlySpan<char> rest, out Int128 part)
    {
        part = 0;
        var length = 0;
        while (length < rest.Length && (char.IsAsciiDigit(rest[length]) || rest[length] == '.'))
        {
            length++;
        }

        if (length is 0 or > 40 || !decimal.TryParse(rest[..length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number > 1e19m)
        {
            return false;
        }

        rest = rest[length..];
        foreach (var (unit, nanoseconds) in Units)
        {
            if (rest.StartsWith(unit, StringComparison.Ordinal) && (unit != "m" || !rest.StartsWith("ms", StringComparison.Ordinal)))
            {
                rest = rest[unit.Length..];
                part = (Int128)Math.Truncate(number) * nanoseconds + (Int128)Math.Truncate((number - Math.Truncate(number)) * nanoseconds);
                return true;
            }
        }

        return false;
    }

    public override bool Equals(object? obj) => obj is DurationValue other && other.Nanoseconds == nanoseconds;

    public override int GetHashCode() => nanoseconds.GetHashCode();

    /// <summary>In seconds, as <c>string(duration)</c> writes it: <c>1.5s</c>.</summary>
    public override string ToString()
    {
        var (whole, fraction) = (Math.Abs((decimal)nanoseconds) / TimestampValue.Second, nanoseconds < 0 ? "-" : "");
        return string.Create(CultureInfo.InvariantCulture, $"{fraction}{whole:0.#########}s");
    }
}
