using System.Globalization;

namespace Crescent.Definitions;

/// <summary>The short durations of kubectl's AGE column: two units near a boundary, one further away.</summary>
public static class HumanDuration
{
    /// <summary>e.g. <c>119s</c>, <c>2m5s</c>, <c>3h</c>, <c>5d2h</c>; <c>&lt;invalid&gt;</c> when more than a second in the future.</summary>
    public static string Format(TimeSpan duration)
    {
        var seconds = (long)duration.TotalSeconds;
        var minutes = seconds / 60;
        var hours = minutes / 60;
        return seconds switch
        {
            < -1 => "<invalid>",
            < 0 => "0s",
            < 120 => Text($"{seconds}s"),
            _ when minutes < 10 => Pair(minutes, "m", seconds % 60, "s"),
            _ when minutes < 180 => Text($"{minutes}m"),
            _ when hours < 8 => Pair(hours, "h", minutes % 60, "m"),
            _ when hours < 48 => Text($"{hours}h"),
            _ when hours < 192 => Pair(hours / 24, "d", hours % 24, "h"),
            _ when hours < 24 * 365 * 2 => Text($"{hours / 24}d"),
            _ when hours < 24 * 365 * 8 => Pair(hours / 24 / 365, "y", hours / 24 % 365, "d"),
            _ => Text($"{hours / 24 / 365}y"),
        };
    }

    /// <summary>Time since <paramref name="then"/>, <c>&lt;unknown&gt;</c> for none.</summary>
    public static string Since(DateTimeOffset? then, DateTimeOffset now) => then is { } time ? Format(now - time) : "<unknown>";

    private static string Pair(long large, string largeUnit, long small, string smallUnit) =>
        small == 0 ? Text($"{large}{largeUnit}") : Text($"{large}{largeUnit}{small}{smallUnit}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
