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
    public async Task Stop_ReconcilerAndReaderWaitForTheirCache_EndsBoth()
    {
        var never = new ResourceVersion(long.MaxValue);
        var waiting = plane.Service<WaitingReconciler>();
        var reader = plane.Caches.Get(KnownTypes.Namespaces).WaitForAsync(never, TestContext.Current.CancellationToken).AsTask();
        await plane.Grain<IReconcilerGrain>(WaitingReconcilerGrain.Type, "cluster")
            .NudgeAsync(new() { Seen = [new() { Type = KnownTypes.Namespaces, Version = never }] });
        await waiting.Begun.WaitAsync(Guard, TestContext.Current.CancellationToken);

        await plane.StopFirstSiloAsync().WaitAsync(Guard, TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => reader);
    }
}
