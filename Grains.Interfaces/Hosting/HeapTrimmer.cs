using Microsoft.Extensions.Hosting;

namespace Crescent.Hosting;

/// <summary>
/// Gives memory back when the process has been quiet for a minute, as <see cref="HeapTrimPolicy"/> decides. See
/// <see href="https://learn.microsoft.com/dotnet/api/system.gccollectionmode">GCCollectionMode</see> for what the kinds of collection do.
/// </summary>
public sealed class HeapTrimmer(TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var policy = new HeapTrimPolicy();
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            // Gaps between objects are not moved, and after a collection beside the work most of a heap may be gaps.
            var heap = GC.GetGCMemoryInfo();
            Act(policy.Next(GC.GetTotalAllocatedBytes(), heap.HeapSizeBytes - heap.FragmentedBytes));
        }
    }

    private static void Act(HeapTrim trim)
    {
        if (trim == HeapTrim.Compact)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
        else if (trim == HeapTrim.Collect)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
        }
    }
}
