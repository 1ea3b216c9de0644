namespace Crescent.Watching;

/// <summary>Limits of the caches of one process.</summary>
public sealed class ResourceCacheOptions
{
    /// <summary>Objects fetched per page while loading. Default 500: about half a megabyte of small objects.</summary>
    public int PageSize { get; set; } = 500;

    /// <summary>Changes a cache remembers for watches that start from an older version. Default 4096.</summary>
    public int WindowMaxChanges { get; set; } = 4096;

    /// <summary>Bytes of bodies held by remembered changes, after which old ones are dropped. Default 16 MiB.</summary>
    public long WindowMaxBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>
    /// Bytes of bodies a reader may be behind before it is cut. Default 64 MiB: with small objects the number of changes decides, with large ones
    /// this keeps a client that does not read from holding gigabytes.
    /// </summary>
    public long ReaderMaxBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How long one long-poll of the sequencer waits. Default 20 s: under the response timeout of a grain call.</summary>
    public TimeSpan PollWait { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>The same where the sequencer is in this process and its end is noticed at once. Default 5 minutes: sixty idle followers wake seldom.</summary>
    public TimeSpan NeighbourWait { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>First pause after a failed load or poll; doubles up to <see cref="MaxRetryDelay"/>. Default 50 ms.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Longest pause between attempts. Default 1 s, so that a cache is current soon after an outage.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(1);
}
