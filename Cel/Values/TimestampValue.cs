using System.Globalization;
using Crescent.Cel.Typing;

namespace Crescent.Cel.Values;

/// <summary>A moment with nanoseconds, from year 1 to year 9999.</summary>
public sealed class TimestampValue : CelValue
{
    private const long Earliest = -62_135_596_800;
    private const long Latest = 253_402_300_799;
    internal const long Second = 1_000_000_000;

    private TimestampValue(Int128 nanoseconds) => Nanoseconds = nanoseconds;

    /// <summary>Since 1970 in UTC.</summary>
    public Int128 Nanoseconds { get; }

    public override CelType Type => CelType.Timestamp;

    /// <summary>Whole seconds since 1970, rounded down.</summary>
    public long Seconds => (long)(Nanoseconds < 0 ? (Nanoseconds - (Second - 1)) / Second : Nanoseconds / Second);

    /// <summary>What <see cref="Seconds"/> leaves.</summary>
    public int Fraction => (int)(Nanoseconds - (Int128)Seconds * Second);

    public static TimestampValue Of(DateTimeOffset time) => new((Int128)(time.UtcTicks - DateTime.UnixEpoch.Ticks) * 100);

    /// <summary>The moment, or an error out of range.</summary>
    public static CelValue Of(Int128 nanoseconds) =>
        nanoseconds < (Int128)Earliest * Second || nanoseconds >= ((Int128)Latest + 1) * Second ? new ErrorValue("timestamp overflow") : new TimestampValue(nanoseconds);

    /// <summary>Reads RFC 3339.</summary>
    public static bool TryParse(string text, out TimestampValue value)
    {
        value = null!;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var end = dot < 0 ? dot : dot + 1;
        while (end > 0 && end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        var (plain, fraction) = dot < 0 ? (text, "") : (text[..dot] + text[end..], text[(dot + 1)..end]);
        if ((dot >= 0 && fraction.Length == 0) || plain.Length < 20 || plain[4] != '-' || plain[10] is not ('T' or 't')
            || !DateTimeOffset.TryParseExact(
                plain.ToUpperInvariant(), ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:sszzz"], CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
        {
            return false;
        }

        var nanoseconds = fraction.Length == 0 ? 0 : long.Parse(fraction.Length > 9 ? fraction[..9] : fraction.PadRight(9, '0'), CultureInfo.InvariantCulture);
        value = new(Of(time).Nanoseconds + nanoseconds);
        return true;
    }

    /// <summary>The date and the time of day <paramref name="offset"/> from UTC; without what is smaller than 100 ns.</summary>
    internal DateTime At(TimeSpan offset) => DateTime.UnixEpoch.AddTicks((long)(Nanoseconds / 100)) is var utc && offset == TimeSpan.Zero ? utc : utc + offset;

    public override bool Equals(object? obj) => obj is TimestampValue other && other.Nanoseconds == Nanoseconds;

    public override int GetHashCode() => Nanoseconds.GetHashCode();

    public override string ToString()
    {
        var text = DateTime.UnixEpoch.AddSeconds(Seconds).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        return Fraction == 0 ? text + "Z" : $"{text}.{Fraction.ToString("000000000", CultureInfo.InvariantCulture).TrimEnd('0')}Z";
    }
}
