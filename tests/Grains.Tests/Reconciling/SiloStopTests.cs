using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;
using Xunit;

namespace Crescent.Grains.Tests.Reconciling;

/// <summary>Deactivation waits for what a grain does; what waits for something that a stopping silo will not see must end first.</summary>
public sealed class SiloStopTests(PatientControlPlane plane) : IClassFixture<PatientControlPlane>
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Stop_ReconcilerWaitsForItsCache_EndsAndTellsThatItIsNotDone()
    {
        var never = new ResourceVersion(long.MaxValue);
        var waiting = plane.Service<WaitingReconciler>();
        var taking = plane.Grain<IReconcilerGrain>(WaitingReconcilerGrain.Type, "cluster")
            .TakeAsync(new() { Seen = [new() { Type = KnownTypes.Namespaces, Version = never }] });
        await waiting.Begun.WaitAsync(Guard, TestContext.Current.CancellationToken);

        await plane.StopFirstSiloAsync().WaitAsync(Guard, TestContext.Current.CancellationToken);

        await Assert.ThrowsAnyAsync<OrleansException>(() => taking);
    }
}
