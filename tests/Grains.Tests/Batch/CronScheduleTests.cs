using Crescent.Grains.Batch;
using Xunit;

namespace Crescent.Grains.Tests.Batch;

public sealed class CronScheduleTests
{
    [Theory]
    [InlineData("*/5 * * * *", "2026-01-01T10:02:30Z", "2026-01-01T10:05:00Z")]
    [InlineData("0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z")]
    [InlineData("30 9 * * mon-fri", "2026-01-02T10:00:00Z", "2026-01-05T09:30:00Z")]
    [InlineData("0 12 13 * 5", "2026-01-03T00:00:00Z", "2026-01-09T12:00:00Z")]
    [InlineData("15 10-12/2 ? jan,MAR *", "2026-01-31T12:15:00Z", "2026-03-01T10:15:00Z")]
    [InlineData("@monthly", "2026-12-15T00:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("@every 1h30m", "2026-01-01T10:00:00Z", "2026-01-01T11:30:00Z")]
    [InlineData("50/3 * * * *", "2026-01-01T10:54:00Z", "2026-01-01T10:56:00Z")]
    public void Next_OfASchedule_IsTheFirstTimeAfter(string schedule, string after, string expected)
    {
        Assert.True(CronSchedule.TryParse(schedule, out var parsed, out var problem), problem);
        Assert.Equal(DateTimeOffset.Parse(expected), parsed.Next(DateTimeOffset.Parse(after), TimeZoneInfo.Utc));
    }

    [Theory]
    [InlineData("2026-03-29T00:30:00Z", "2026-03-30T00:30:00Z")] // 02:30 does not exist on the 29th
    [InlineData("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z")] // 02:30 comes twice on the 25th and counts once
    public void Next_AcrossAClockChange_SkipsOrTakesItOnce(string after, string expected)
    {
        Assert.True(CronSchedule.TryParse("30 2 * * *", out var schedule, out _));
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        Assert.Equal(DateTimeOffset.Parse(expected), schedule.Next(DateTimeOffset.Parse(after), zone));
    }

    [Fact]
    public void Next_OfADayThatNeverComes_IsNull()
    {
        Assert.True(CronSchedule.TryParse("0 0 31 2 *", out var schedule, out _));
        Assert.Null(schedule.Next(DateTimeOffset.UnixEpoch, TimeZoneInfo.Utc));
    }

    [Theory]
    [InlineData("* * * *", "expected exactly 5 fields, found 4: [* * * *]")]
    [InlineData("60 * * * *", "end of range (60) above maximum (59): 60")]
    [InlineData("* * 0 * *", "beginning of range (0) below minimum (1): 0")]
    [InlineData("5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1")]
    [InlineData("*/0 * * * *", "step of range should be a positive number: */0")]
    [InlineData("@sometimes", "unrecognized descriptor: @sometimes")]
    [InlineData("@every soon", "failed to parse duration @every soon: time: invalid duration \"soon\"")]
    public void TryParse_OfAWrongSchedule_SaysWhatIsWrong(string schedule, string expected)
    {
        Assert.False(CronSchedule.TryParse(schedule, out _, out var problem));
        Assert.Equal(expected, problem);
    }
}
