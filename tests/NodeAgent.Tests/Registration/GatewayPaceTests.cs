using Crescent.NodeAgent.Registration;
using Microsoft.Extensions.Time.Testing;

namespace Crescent.NodeAgent.Tests.Registration;

public sealed class GatewayPaceTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly GatewayPace _pace;

    public GatewayPaceTests() => _pace = new(_time);

    [Fact]
    public void Freshness_JustStarted_IsSeconds() => Assert.Equal(GatewayPace.Disturbed, _pace.Freshness);

    [Fact]
    public void Freshness_QuietForLong_IsHalfAMinute()
    {
        _time.Advance(GatewayPace.SettlesAfter * 2);

        Assert.Equal(GatewayPace.Settled, _pace.Freshness);
    }

    [Fact]
    public void Freshness_ConnectionLostAfterQuiet_IsSecondsUntilItSettles()
    {
        _time.Advance(GatewayPace.SettlesAfter * 2);

        _pace.Disturb();

        Assert.Equal(GatewayPace.Disturbed, _pace.Freshness);
        _time.Advance(GatewayPace.SettlesAfter * 2);
        Assert.Equal(GatewayPace.Settled, _pace.Freshness);
    }
}
