namespace Crescent.Grains.Resources;

/// <summary>Limits and times of the resource core.</summary>
public sealed class ResourceCoreOptions
{
    /// <summary>Most writes in one transaction. Default 512: about where a transaction's fixed cost stops mattering.</summary>
    public int MaxBatch { get; set; } = 512;

    /// <summary>Transactions of one silo under way at once. Default 2: one is prepared while the other waits for the disk.</summary>
    public int MaxFlushes { get; set; } = 2;

    /// <summary>
    /// How long the renewal of a node's Lease waits for those of other nodes, to share a transaction. Default 300 ms: a thirtieth of the time
    /// between two renewals, and a hundredth of that after which a node is missed. Zero: it leaves at once, as all other writes.
    /// </summary>
    public TimeSpan LeasePatience { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>
    /// How long a reserved version may stay open before the sequencer raises the epoch and asks the database what became of it.
    /// Default 1 s: longer than any healthy commit, much shorter than the detection of a dead silo.
    /// </summary>
    public TimeSpan SettleAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Versions a sequencer persists ahead of use; what is left of a block is skipped when it moves. Default 16,384.</summary>
    public int VersionBlock { get; set; } = 16_384;

    /// <summary>Events a sequencer remembers for caches that lag. Default 4096.</summary>
    public int WindowMaxEvents { get; set; } = 4096;

    /// <summary>Bytes of bodies a sequencer remembers. Default 8 MiB.</summary>
    public long WindowMaxBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>Changes a starting sequencer reads back from the rows, so that caches go on without loading again. Default 500.</summary>
    public int RecoveredEvents { get; set; } = 500;

    /// <summary>How long deletions are remembered in the database. Default 10 min: longer than a cache may be cut off and catch up.</summary>
    public TimeSpan DeletionRetention { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a write is tried while the sequencer or its silo is moving, before it fails with 503. Default 8 s: a little less than its caller waits.</summary>
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>
    /// How long a read of an object waits for its bucket before the object's row is looked at as well. Default 250 ms: no bucket takes as long whose
    /// silo is alive, and nobody notices that a silo has died.
    /// </summary>
    public TimeSpan ReadPatience { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a silo has been a member before it gets its share of busy buckets. Default 30 s: what a restart shakes has settled.</summary>
    public TimeSpan JoinerPatience { get; set; } = TimeSpan.FromSeconds(30);
}
