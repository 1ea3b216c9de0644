using Xunit;

namespace Crescent.Grains.Tests.Reconciling;

/// <summary>A silo that stops cuts its controllers short; others take over what they did not finish.</summary>
public sealed class SiloLeavingTests(TwoSiloControlPlane plane) : IClassFixture<TwoSiloControlPlane>
{
    [Fact]
    public async Task Rollouts_SiloStopsInTheMiddle_EndAsAsked()
    {
        var rollouts = await Rollouts.BeginAsync(plane);
        await plane.StopLastSiloAsync();
        await rollouts.EndAsync();
    }
}
