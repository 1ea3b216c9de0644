using System.Runtime.CompilerServices;
using Crescent.Grains.Resources.Storage;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Resources;

/// <summary>
/// Answers reads of objects whose bucket does not: its silo is dead or suspended, and has not been declared dead yet. What the row says is true as soon
/// as it is published: all that was acknowledged before is committed, and what is published nobody will take back or answer without. It takes a
/// database that answers, and neither the bucket's silo nor, mostly, a sequencer.
/// <code>
///   bucket  ├─ called ───────────── ? ─────────── …
///   row             ├─ read ── is published ──┤ whoever comes first
///           │patience│
/// </code>
/// </summary>
internal sealed partial class ImpatientReads(
    IGrainFactory grains, IResourceStore store, SnapshotFactory snapshots, KnownFrontiers frontiers, ResourceCaches caches, TimeProvider time,
    IOptions<ResourceCoreOptions> options, ResourceInstruments instruments, ILogger<ImpatientReads> logger)
    : IImpatientReads, ILifecycleParticipant<ISiloLifecycle>
{
    /// <summary>At once. When all buckets are slow it is mostly the database that is, and writes need its connections more.</summary>
    public const int MaxRows = 16;

    private readonly TimeSpan _patience = options.Value.ReadPatience;
    private readonly SemaphoreSlim _rows = new(MaxRows, MaxRows);

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe<ImpatientReads>(
        ServiceLifecycleStage.RuntimeInitialize,
        _ =>
        {
            LocalBuckets.Of(grains).Impatience = this;
            return Task.CompletedTask;
        });

    public async Task<ResourceSnapshot?> AnswerAsync(Task<ResourceSnapshot?> call, ResourceKey key, CancellationToken cancellationToken)
    {
        await Ended(call.WaitAsync(_patience, time, cancellationToken));
        if (call.IsCompletedSuccessfully || call.IsCanceled || cancellationToken.IsCancellationRequested)
        {
            call.Ignore();
            return await call.WaitAsync(cancellationToken);
        }

        using var limit = new CancellationTokenSource(BucketTimeouts.Read, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        var read = ReadAsync(key, ending.Token);
        if (!call.IsCompleted)
        {
            await Task.WhenAny(call, read);
        }

        if (!call.IsCompletedSuccessfully && !read.IsCompletedSuccessfully)
        {
            // One of them has failed. When both do, it is the bucket's failure that callers know what to make of.
            await Ended(call.IsCompleted ? read : call);
        }

        await ending.CancelAsync();
        call.Ignore();
        read.Ignore();
        if (call.IsCompletedSuccessfully || !read.IsCompletedSuccessfully)
        {
            return await call;
        }

        instruments.ReadImpatiently(key.Type);
        LogRead(key);
        return await read;
    }

    private static ConfiguredTaskAwaitable Ended(Task task) =>
        task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    /// <summary>The committed state, when it is published.</summary>
    private async Task<ResourceSnapshot?> ReadAsync(ResourceKey key, CancellationToken cancellationToken)
    {
        // Out of the turn of whoever asked.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var (row, version) = await LoadAsync(key, cancellationToken);
        await UntilPublishedAsync(key.Type, version, cancellationToken);
        return row is { } found ? snapshots.FromRow(found) : null;
    }

    /// <summary>The row, or none, and what must be published before that may be told.</summary>
    private async Task<(StoredObject? Row, ResourceVersion Version)> LoadAsync(ResourceKey key, CancellationToken cancellationToken)
    {
        await _rows.WaitAsync(cancellationToken);
        try
        {
            var published = Published(key.Type);

            // No deletion after what was published, and no row: there was no object at that time.
            return await store.LoadAsync(key, CancellationToken.None) is { } row
                ? (row, row.Version)
                : (null, await store.FindDeletionAsync(key, published, CancellationToken.None));
        }
        finally
        {
            _rows.Release();
        }
    }

    private async ValueTask UntilPublishedAsync(ResourceType type, ResourceVersion version, CancellationToken cancellationToken)
    {
        if (version <= Published(type))
        {
            return;
        }

        if (caches.Peek(type) is null)
        {
            await frontiers.WaitForAsync(type, version);
        }
        else
        {
            await caches.Get(type).WaitForAsync(version, cancellationToken);
        }
    }

    /// <summary>What is known here to be published.</summary>
    private ResourceVersion Published(ResourceType type)
    {
        var told = frontiers.Of(type);
        return caches.Peek(type) is { } view && view.Version > told ? view.Version : told;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The bucket of {Key} did not answer; its row did")]
    private partial void LogRead(ResourceKey key);
}
