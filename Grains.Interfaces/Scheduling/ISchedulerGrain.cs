using Orleans.Concurrency;

namespace Crescent.Scheduling;

/// <summary>
/// Binds pods to nodes; keyed by the <c>spec.schedulerName</c> it serves. One activation works for the whole cluster; when its silo dies
/// the next nudge starts it elsewhere, from the caches.
/// </summary>
[Alias("scheduling.ISchedulerGrain")]
public interface ISchedulerGrain : IGrainWithStringKey
{
    /// <summary>Makes sure the scheduler is running. May be lost; every silo repeats it.</summary>
    [Alias("Ensure"), OneWay, AlwaysInterleave]
    Task EnsureAsync();

    /// <summary>What it is doing now.</summary>
    [Alias("GetStatus"), ReadOnly, AlwaysInterleave]
    Task<SchedulerStatus> GetStatusAsync(CancellationToken cancellationToken = default);
}
