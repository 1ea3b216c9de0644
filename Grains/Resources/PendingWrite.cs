using Crescent.Grains.Resources.Storage;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Resources;

/// <summary>A decided change of one object on its way through <see cref="ResourceWriter"/>.</summary>
internal sealed class PendingWrite(ResourceKey key, ResourceSnapshot? previous, PreparedBody body, bool isDeletion, long queuedAt)
{
    private readonly TaskCompletionSource<WriteResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>With the texts of the state before, which are kept in memory once.</summary>
    public ResourceKey Key { get; } = previous?.Key ?? key;

    /// <summary>The committed state this change was decided on; null for a creation.</summary>
    public ResourceSnapshot? Previous { get; } = previous;

    /// <summary>Ticks of the time provider, for latency and timeout.</summary>
    public long QueuedAt { get; } = queuedAt;

    /// <summary>State under the version reserved last.</summary>
    public ResourceSnapshot? Snapshot { get; private set; }

    /// <summary>The next of those that are to leave in the same batch; null for the last of them, and for who came alone.</summary>
    public PendingWrite? Companion { get; set; }

    public Task<WriteResult> Completion => _completion.Task;

    public ResourceEventKind Kind => isDeletion ? ResourceEventKind.Deleted
        : Previous is null ? ResourceEventKind.Added
        : ResourceEventKind.Modified;

    public RowWrite Reserve(long epoch, ResourceVersion version)
    {
        Snapshot = body.At(Key, version);
        return new(epoch, Previous?.Version ?? ResourceVersion.None, Snapshot, isDeletion);
    }

    public ResourceEvent ToEvent() => new() { Kind = Kind, Snapshot = Snapshot! };

    public void Complete(WriteResult result)
    {
        body.Dispose();
        _completion.TrySetResult(result);
    }
}
