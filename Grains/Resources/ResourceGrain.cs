using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Crescent.Grains.Mutation;
using Crescent.Grains.Resources.Storage;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;
using Microsoft.Extensions.Logging;
using Orleans.Placement;

namespace Crescent.Grains.Resources;

/// <summary>
/// Holds one object's committed state while it is in use. Mutations take turns; reads interleave and see the last acknowledged state.
/// </summary>
[GrainType("resource"), PreferLocalPlacement, CollectionAgeLimit(Minutes = 2)]
internal sealed partial class ResourceGrain(
    IResourceStore store,
    ResourceWriter writer,
    IMutationPipeline pipeline,
    SnapshotFactory snapshots,
    KnownFrontiers frontiers,
    ReadLease lease,
    TakeoverPause takeover,
    ResourceCaches caches,
    ILogger<ResourceGrain> logger) : Grain, IResourceGrain
{
    private const int MaxAttempts = 16;

    /// <summary>Largest stored object; what etcd takes in a request by default.</summary>
    private const int MaxBytes = 1536 * 1024;

    private ResourceKey _key;
    private ResourceSnapshot? _current;

    /// <summary>Version <see cref="_current"/> is known to hold at; null when that is not known (no row, and no cache to compare with).</summary>
    private ResourceVersion? _asOf;

    /// <summary>False: <see cref="_current"/> may not be what is stored (not read yet, or a write of unknown outcome).</summary>
    private bool _isLoaded;

    /// <summary>One load at a time, shared by reads and mutations.</summary>
    private Task? _loading;

    /// <summary>The commit under way, with what this activation learns from it. Others may see its state before it is acknowledged here.</summary>
    private Task _committing = Task.CompletedTask;

    /// <summary>Counts what this activation learnt from its own writes: a load that began before must not overwrite it.</summary>
    private int _generation;

    /// <summary>Version of a write of unknown outcome: only when the frontier has passed it do the rows tell the truth about it.</summary>
    private ResourceVersion _uncertain;

    /// <summary>Reads nothing: a mutation mostly finds what it needs in the cache, and each request answers for a load that fails.</summary>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = ResourceKey.FromGrainKey(this.GetPrimaryKeyString());
        return takeover.WaitAsync(cancellationToken).AsTask();
    }

    public async Task<ResourceSnapshot?> GetAsync(CancellationToken cancellationToken = default)
    {
        await lease.HoldAsync(cancellationToken);
        LeaveIfUseless();
        if (!_committing.IsCompleted)
        {
            // Lists and watches may show the new state already; going back behind them would be wrong.
            await _committing.WaitAsync(cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            cancellationToken.ThrowIfCancellationRequested();
        }

        while (!_isLoaded)
        {
            await LoadAsync(cancellationToken);
        }

        return Newest();
    }

    public Task<MutationResult> CreateAsync(CreateRequest request, CancellationToken cancellationToken = default) =>
        MutateAsync(request.Context, current => pipeline.DecideCreateAsync(_key, current, request, cancellationToken), cancellationToken);

    public Task<MutationResult> ReplaceAsync(ReplaceRequest request, CancellationToken cancellationToken = default) =>
        MutateAsync(request.Context, current => pipeline.DecideReplaceAsync(_key, current, request, cancellationToken), cancellationToken);

    public Task<MutationResult> PatchAsync(PatchRequest request, CancellationToken cancellationToken = default) =>
        MutateAsync(request.Context, current => pipeline.DecidePatchAsync(_key, current, request, cancellationToken), cancellationToken);

    public Task<MutationResult> DeleteAsync(DeleteRequest request, CancellationToken cancellationToken = default) =>
        MutateAsync(request.Context, current => pipeline.DecideDeleteAsync(_key, current, request, cancellationToken), cancellationToken);

    private async Task<MutationResult> MutateAsync(
        MutationContext context, Func<ResourceSnapshot?, ValueTask<MutationDecision>> decide, CancellationToken cancellationToken)
    {
        if (await TryHoldAsync(cancellationToken) is { } refused)
        {
            return refused;
        }

        if (!store.IsAnswering)
        {
            // Where the next caller is, the database may answer.
            LeaveIfCertain();
            return await TryLoadAsync(cancellationToken) ?? MutationResult.Failed(ResourceErrors.Unavailable("storage does not answer"));
        }

        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            // A state out of the cache may be behind. Storage refuses what is written on it then; what would be refused because of it, or
            // only answered, is decided on the row.
            var isAssumed = !_isLoaded && attempt == 0 && !context.IsDryRun && _uncertain == ResourceVersion.None && caches.Peek(_key.Type) is not null;
            if (!isAssumed && await TryLoadAsync(cancellationToken) is { } unavailable)
            {
                return unavailable;
            }

            var current = isAssumed ? Cached() : _current = Newest();
            var decision = await decide(current);
            if (isAssumed && decision.Outcome is MutationOutcome.Failed or MutationOutcome.Unchanged)
            {
                continue;
            }

            switch (decision.Outcome)
            {
                case MutationOutcome.Failed:
                    return MutationResult.Failed(decision.Error!).Noting(decision.AuditAnnotations);
                case MutationOutcome.Unchanged:
                    return MutationResult.Of(MutationOutcome.Unchanged, current!, decision.Warnings).Noting(decision.AuditAnnotations);
            }

            if (context.IsDryRun)
            {
                return MutationResult.Of(decision.Outcome, WouldBe(decision.Object!), decision.Warnings).Noting(decision.AuditAnnotations);
            }

            var notes = decision.AuditAnnotations;
            var committing = CommitAsync(current, decision);
            _committing = committing;
            var result = await committing;

            // The answer holds the state that was written. Of a deleted object it would stay for as long as this grain does.
            _committing = Task.CompletedTask;
            if (result is not null)
            {
                return result.Noting(notes);
            }
        }

        return MutationResult.Failed(ResourceErrors.StaleVersion(_key.Type, _key.Name));
    }

    /// <summary>An activation that knows nothing and cannot read is of no use here.</summary>
    private void LeaveIfUseless()
    {
        if (!_isLoaded && !store.IsAnswering)
        {
            LeaveIfCertain();
        }
    }

    /// <summary>
    /// Not before it is known what became of its own last write: a write that is still on its way to the database could be committed under
    /// another activation's eyes. The sequencer settles it within a second or two.
    /// </summary>
    private void LeaveIfCertain()
    {
        if (_uncertain == ResourceVersion.None && _committing.IsCompleted)
        {
            DeactivateOnIdle();
        }
    }

    /// <summary>What is refused, or found unchanged, is an answer from memory like that of a read.</summary>
    private async ValueTask<MutationResult?> TryHoldAsync(CancellationToken cancellationToken)
    {
        try
        {
            await lease.HoldAsync(cancellationToken);
            return null;
        }
        catch (StorageUnavailableException exception)
        {
            return MutationResult.Failed(ResourceErrors.Unavailable(exception.Message));
        }
    }

    private async ValueTask<MutationResult?> TryLoadAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (!_isLoaded)
            {
                await LoadAsync(cancellationToken);
            }

            return null;
        }
        catch (StorageUnavailableException exception)
        {
            LogLoadFailed(exception, _key);
            return MutationResult.Failed(ResourceErrors.Unavailable("storage is unavailable"));
        }
    }

    /// <summary>Null when somebody else wrote the row meanwhile (another activation): decide again on the new state.</summary>
    private Task<MutationResult?> CommitAsync(ResourceSnapshot? current, MutationDecision decision)
    {
        var body = PreparedBody.Of(decision.Object!, snapshots.PathsOf(_key.Type));
        if (body.Length > MaxBytes && decision.Outcome != MutationOutcome.Deleted)
        {
            body.Dispose();
            return Task.FromResult<MutationResult?>(MutationResult.Failed(ResourceErrors.TooLarge(_key.Type, _key.Name, MaxBytes)));
        }

        // The tree of nodes ends here: hundreds of writes wait for their commit at once, and what they hold survives collections.
        return CommitAsync(current, body, decision.Outcome, decision.Warnings);
    }

    private async Task<MutationResult?> CommitAsync(
        ResourceSnapshot? current, PreparedBody body, MutationOutcome outcome, ImmutableArray<string> warnings)
    {
        var isDeletion = outcome == MutationOutcome.Deleted;
        var write = await writer.WriteAsync(_key, current, body, isDeletion);
        _generation++;
        switch (write.Status)
        {
            case WriteStatus.Committed:
                _current = isDeletion ? null : write.Snapshot;
                _asOf = write.Snapshot!.Version;
                _isLoaded = true;
                return MutationResult.Of(outcome, write.Snapshot!, warnings);
            case WriteStatus.Conflict:
                _isLoaded = false;
                return null;
            default:
                if (write.Snapshot is { } uncertain)
                {
                    _uncertain = uncertain.Version;
                    _isLoaded = false;
                }

                return MutationResult.Failed(write.ToError());
        }
    }

    /// <summary>What a dry run answers: the object as it would be, at the version it has now (a new one has none).</summary>
    private ResourceSnapshot WouldBe(JsonObject resource)
    {
        if (_current is null)
        {
            var unversioned = PreparedBody.WithoutVersion(resource);
            return RoutingFields.Read(unversioned, snapshots.PathsOf(_key.Type)).ToSnapshot(_key, ResourceVersion.None, unversioned);
        }

        using var body = PreparedBody.Of(resource, snapshots.PathsOf(_key.Type));
        return body.At(_key, _current.Version);
    }

    /// <summary>
    /// For a moment there may be two activations of an object, and the other one may have written it. A cache of this silo, where there
    /// is one, knows then; storage protects the writes in any case.
    /// </summary>
    private ResourceSnapshot? Newest()
    {
        if (_asOf is not { } asOf || caches.Peek(_key.Type) is not { } view || view.Version <= asOf)
        {
            return _current;
        }

        return !view.TryGet(_key.Namespace, _key.Name, out var cached) ? null
            : cached.Version > asOf ? cached
            : _current;
    }

    private ResourceSnapshot? Cached() =>
        caches.Peek(_key.Type) is { } view && view.TryGet(_key.Namespace, _key.Name, out var cached) ? cached : null;

    /// <summary>Whoever waits looks again at <see cref="_isLoaded"/>: a load that was overtaken by a write has changed nothing.</summary>
    private Task LoadAsync(CancellationToken cancellationToken)
    {
        if (_loading is null or { IsCompleted: true })
        {
            _loading = LoadOnceAsync();
        }

        return _loading.WaitAsync(cancellationToken);
    }

    private async Task LoadOnceAsync()
    {
        var generation = _generation;
        await frontiers.WaitForAsync(_key.Type, _uncertain);
        if (!store.IsAnswering)
        {
            DeactivateOnIdle();
        }

        var seen = caches.Peek(_key.Type)?.Version;
        var row = await store.LoadAsync(_key, CancellationToken.None);
        await frontiers.WaitForAsync(_key.Type, row?.Version ?? await store.FindDeletionAsync(_key, Published(seen), CancellationToken.None));

        if (generation != _generation)
        {
            return;
        }

        _current = row is { } stored ? snapshots.FromRow(stored) : null;
        _asOf = _current?.Version ?? seen;
        _isLoaded = true;
        _uncertain = ResourceVersion.None;
    }

    /// <summary>What is known to be published: deletions up to there need not be waited for.</summary>
    private ResourceVersion Published(ResourceVersion? seen) => seen is { } cached && cached > frontiers.Of(_key.Type) ? cached : frontiers.Of(_key.Type);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Loading {Key} failed")]
    private partial void LogLoadFailed(Exception exception, ResourceKey key);
}
