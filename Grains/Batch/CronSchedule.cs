using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Crescent.Grains.Batch;

/// <summary>
/// A <see href="https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax">cron schedule</see>: five fields,
/// <c>@hourly</c> and its like, or <c>@every 90m</c>.
/// </summary>
internal sealed class CronSchedule
{
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private CronField _minutes;
    private CronField _hours;
    private CronField _days;
    private CronField _months;
    private CronField _weekdays;
    private TimeSpan _every;

    private CronSchedule()
    {
    }

    public static bool TryParse(string text, [NotNullWhen(true)] out CronSchedule? schedule, [NotNullWhen(false)] out string? problem)
    {
        schedule = null;
        var trimmed = text.Trim();
        if (trimmed.StartsWith("@every ", StringComparison.Ordinal))
        {
            if (!GoDurations.TryParse(trimmed[7..].Trim(), out var every) || every <= TimeSpan.Zero)
            {
                problem = $"failed to parse duration {trimmed}: time: invalid duration \"{trimmed[7..].Trim()}\"";
                return false;
            }

            schedule = new() { _every = every < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : every };
            problem = null;
            return true;
        }

        if (trimmed.StartsWith('@'))
        {
            if (Described(trimmed) is not { } described)
            {
                problem = $"unrecognized descriptor: {trimmed}";
                return false;
            }

            trimmed = described;
        }

        var fields = trimmed.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 5)
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"expected exactly 5 fields, found {fields.Length}: [{string.Join(' ', fields)}]");
            return false;
        }

        var result = new CronSchedule();
        problem = CronField.Parse(fields[0], 0, 59, [], out result._minutes)
            ?? CronField.Parse(fields[1], 0, 23, [], out result._hours)
            ?? CronField.Parse(fields[2], 1, 31, [], out result._days)
            ?? CronField.Parse(fields[3], 1, 12, Months, out result._months)
            ?? CronField.Parse(fields[4], 0, 6, Days, out result._weekdays);
        schedule = problem is null ? result : null;
        return problem is null;
    }

    /// <summary>
    /// The first time after <paramref name="after"/>, as the clock of <paramref name="zone"/> shows it; null when there is none in five years.
    /// A time that a clock change skips does not come; one that it repeats comes once.
    /// </summary>
    public DateTimeOffset? Next(DateTimeOffset after, TimeZoneInfo zone)
    {
        if (_every > TimeSpan.Zero)
        {
            var whole = after - TimeSpan.FromTicks(after.Ticks % TimeSpan.TicksPerSecond);
            return whole + _every;
        }

        var local = TimeZoneInfo.ConvertTime(after, zone).DateTime;
        var time = new DateTime(local.Year, local.Month, local.Day, local.Hour, local.Minute, 0, DateTimeKind.Unspecified).AddMinutes(1);
        var end = time.AddYears(5);
        while (time < end)
        {
            if (!_months.Has(time.Month))
            {
                time = new DateTime(time.Year, time.Month, 1).AddMonths(1);
            }
            else if (!IsDay(time))
            {
                time = time.Date.AddDays(1);
            }
            else if (!_hours.Has(time.Hour))
            {
                time = time.Date.AddHours(time.Hour + 1);
            }
            else if (!_minutes.Has(time.Minute) || zone.IsInvalidTime(time))
            {
                time = time.AddMinutes(1);
            }
            else if (new DateTimeOffset(time, zone.GetUtcOffset(time)) is var next && next > after)
            {
                return next.ToUniversalTime();
            }
            else
            {
                time = time.AddMinutes(1);
            }
        }

        return null;
    }

    /// <summary>When both kinds of day are restricted, either is enough, as in every cron.</summary>
    private bool IsDay(DateTime time)
    {
        var (isDay, isWeekday) = (_days.Has(time.Day), _weekdays.Has((int)time.DayOfWeek));
        return _days.IsStar || _weekdays.IsStar ? isDay && isWeekday : isDay || isWeekday;
    }

    private static string? Described(string text) => text switch
    {
        "@yearly" or "@annually" => "0 0 1 1 *",
        "@monthly" => "0 0 1 * *",
        "@weekly" => "0 0 * * 0",
        "@daily" or "@midnight" => "0 0 * * *",
        "@hourly" => "0 * * * *",
        _ => null,
    };
}
