using System.Globalization;
using Crescent.Cel.Typing;
using Crescent.Cel.Values;
using static Crescent.Cel.Libraries.Kinds;

namespace Crescent.Cel.Libraries;

/// <summary>Parts of moments and spans of time.</summary>
internal static class TimeLibrary
{
    public static void AddTo(FunctionTable table)
    {
        Part(table, "getFullYear", static time => time.Year);
        Part(table, "getMonth", static time => time.Month - 1);
        Part(table, "getDayOfYear", static time => time.DayOfYear - 1);
        Part(table, "getDayOfMonth", static time => time.Day - 1);
        Part(table, "getDate", static time => time.Day);
        Part(table, "getDayOfWeek", static time => (int)time.DayOfWeek);
        Part(table, "getHours", static time => time.Hour);
        Part(table, "getMinutes", static time => time.Minute);
        Part(table, "getSeconds", static time => time.Second);
        Part(table, "getMilliseconds", static time => time.Millisecond);
        Share(table, "getHours", 3600 * TimestampValue.Second);
        Share(table, "getMinutes", 60 * TimestampValue.Second);
        Share(table, "getSeconds", TimestampValue.Second);
        table.Member("getMilliseconds", [CelType.Duration], CelType.Int,
            static a => Of(((DurationValue)a[0]).Nanoseconds % TimestampValue.Second / 1_000_000));
    }

    private static void Part(FunctionTable table, string name, Func<DateTime, int> read)
    {
        table.Member(name, [CelType.Timestamp], CelType.Int, a => Of(read(((TimestampValue)a[0]).At(TimeSpan.Zero))));
        table.Member(name, [CelType.Timestamp, CelType.String], CelType.Int, a =>
        {
            var time = (TimestampValue)a[0];
            if (Offset(a[1].Text(), time) is not { } offset)
            {
                return Fail($"unknown time zone {a[1]}");
            }

            var utc = time.At(TimeSpan.Zero);
            var isInRange = offset >= TimeSpan.Zero ? utc <= DateTime.MaxValue - offset : utc >= DateTime.MinValue - offset;
            return isInRange ? Of(read(utc + offset)) : Fail("timestamp overflow");
        });
    }

    private static void Share(FunctionTable table, string name, long nanoseconds) =>
        table.Member(name, [CelType.Duration], CelType.Int, a => Of(((DurationValue)a[0]).Nanoseconds / nanoseconds));

    /// <summary>A zone's name, or an offset such as <c>-02:00</c>.</summary>
    private static TimeSpan? Offset(string zone, TimestampValue time)
    {
        if (zone is "" or "UTC")
        {
            return TimeSpan.Zero;
        }

        var colon = zone.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0)
        {
            return int.TryParse(zone.AsSpan(0, colon), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var hours)
                && int.TryParse(zone.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var minutes)
                && hours is > -24 and < 24 && minutes < 60
                ? new TimeSpan(hours, zone[0] == '-' ? -minutes : minutes, 0)
                : null;
        }

        return TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? found.GetUtcOffset(time.At(TimeSpan.Zero)) : null;
    }
}
