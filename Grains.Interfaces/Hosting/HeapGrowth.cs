using Microsoft.Extensions.Hosting;

namespace Crescent.Hosting;

/// <summary>
/// Collects old objects sooner than the collector would by itself, which lets them grow by a half and more: in a process whose windows of recent
/// changes turn over all the time that half is garbage. The collection runs beside the work. Looks after each collection of young objects, and costs an
/// idle process nothing.
/// </summary>
public sealed class HeapGrowth : IHostedService
{
    /// <summary>Objects that were old enough survived the last full collection; how much they may grow by: an eighth, and this many bytes.</summary>
    private const long Slack = 8L << 20;

    private long _askedAt;
    private volatile bool _isStopped;

    /// <summary>Whether old objects have grown so much that it is worth looking which of them are still needed.</summary>
    /// <param name="old">Bytes of old and of large objects now.</param>
    /// <param name="atLast">The same after the last full collection.</param>
    public static bool IsDue(long old, long atLast) => old > atLast + atLast / 8 + Slack;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = new Sentinel(this);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _isStopped = true;
        return Task.CompletedTask;
    }

    private void Look()
    {
        var now = GC.GetGCMemoryInfo(GCKind.Any);
        var beside = GC.GetGCMemoryInfo(GCKind.Background);
        var blocking = GC.GetGCMemoryInfo(GCKind.FullBlocking);
        var last = beside.Index > blocking.Index ? beside : blocking;

        // One that was asked for is under way until its number is the last one.
        if (now.Index > last.Index && last.Index >= _askedAt && IsDue(Old(now), last.Index == 0 ? 0 : Old(last)))
        {
            _askedAt = now.Index;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
        }
    }

    private static long Old(in GCMemoryInfo heap)
    {
        var (old, large) = (heap.GenerationInfo[2], heap.GenerationInfo[3]);
        return old.SizeAfterBytes - old.FragmentationAfterBytes + large.SizeAfterBytes - large.FragmentationAfterBytes;
    }

    /// <summary>Young, and referred to by nobody: the next collection finds it, whichever that is.</summary>
    private sealed class Sentinel(HeapGrowth growth)
    {
        ~Sentinel()
        {
            if (growth._isStopped || Environment.HasShutdownStarted)
            {
                return;
            }

            _ = new Sentinel(growth);
            ThreadPool.UnsafeQueueUserWorkItem(static growth => growth.Look(), growth, preferLocal: false);
        }
    }
}
