using Xunit;

namespace Crescent.Grains.Tests.Reconciling;

/// <summary>Nudges, activations and their memory die with a silo; what was asked for happens all the same.</summary>
public sealed class SiloDeathTests(TwoSiloControlPlane plane) : IClassFixture<TwoSiloControlPlane>
{
    [Fact]
    public async Task Rollouts_SiloDiesInTheMiddle_EndAsAsked()
    {
        var rollouts = await Rollouts.BeginAsync(plane);
        await plane.KillLastSiloAsync();
        await rollouts.EndAsync();
    }
}
