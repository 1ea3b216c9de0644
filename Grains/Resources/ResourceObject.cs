using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Crescent.Grains.Mutation;
using Crescent.Grains.Resources.Storage;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;
using Microsoft.Extensions.Logging;

namespace Crescent.Grains.Resources;

/// <summary>
/// One object while somebody works on it, and as long as more is known of it than the silo's cache tells. Mutations take turns; reads
/// interleave and see the last acknowledged state. Lives in its bucket's turns: not thread-safe.
/// </summary>
internal sealed partial class ResourceObject(ResourceKey key, IResourceBucket bucket, ResourceObjectServices services)
{
    private const int MaxAttempts = 16;

    /// <summary>Largest stored object; what etcd takes in a request by default.</summary>
    private const int MaxBytes = 1536 * 1024;

    /// <summary>Who has waited for a turn as long as this has been told that nobody answers.</summary>
    private static readonly TimeSpan LongestQueue = TimeSpan.FromSeconds(9);

    /// <summary>A state that no cache tells is read again when nobody has asked for it for so long.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private ResourceSnapshot? _current;

    /// <summary>Version <see cref="_current"/> is known to hold at; null when that is not known (no row, and no cache to compare with).</summary>
    private ResourceVersion? _asOf;

    /// <summary>False: <see cref="_current"/> may not be what is stored (not read yet, or a write of unknown outcome).</summary>
    private bool _isLoaded;

    /// <summary>The row was looked for and is not there. A cache that does not show it either is no proof, so this is worth remembering.</summary>
    private bool _isFoundAbsent;

    /// <summary>One load at a time, shared by reads and mutations.</summary>
    private Task? _loading;

    /// <summary>The commit under way, with what is learnt from it. Others may see its state before it is acknowledged here.</summary>
    private Task _committing = Task.CompletedTask;

    /// <summary>Counts what was learnt from own writes: a load that began before must not overwrite it.</summary>
    private int _generation;

    /// <summary>Version of a write of unknown outcome: only when the frontier has passed it do the rows tell the truth about it.</summary>
    private ResourceVersion _uncertain;

    /// <summary>The newest version that became or may have become of a write of unknown outcome.</summary>
    private ResourceVersion _doubted;

    private int _users;
    private long _lastUsed;

    public ResourceKey Key => key;

    public bool IsInUse => _users > 0;

    /// <summary>A view older than this may show less than what is or was known here.</summary>
    public ResourceVersion Floor => _asOf is { } asOf && asOf > _doubted ? asOf : _doubted;

    /// <summary>In the bucket's list of those that may be forgotten some day.</summary>
    public bool IsLingering { get; set; }

    public void Enter() => _users++;

    public void Leave()
    {
        _users--;
        _lastUsed = services.Time.GetTimestamp();
    }

    /// <summary>It is known what became of the last write; else that write could be committed under another activation's eyes.</summary>
    public bool IsCertain() => !IsInDoubt() && _committing.IsCompleted;

    /// <summary>A write failed, and may be committed yet.</summary>
    public bool IsInDoubt()
    {
        if (_uncertain != ResourceVersion.None && Published() >= _uncertain)
        {
            _uncertain = ResourceVersion.None;
        }

        return _uncertain != ResourceVersion.None;
    }

    /// <summary>Nobody uses it, and whoever asks next finds the same in the cache, or in the row.</summary>
    public bool CanBeForgotten()
    {
        if (_users > 0 || !IsCertain() || _loading is { IsCompleted: false })
        {
            return false;
        }

        return !_isLoaded
            || (!_isFoundAbsent && services.Caches.Peek(key.Type) is { } view && view.Version >= Floor && bucket.Trusts(view))
            || services.Time.GetElapsedTime(_lastUsed) > Memory;
    }

    public async Task<ResourceSnapshot?> GetAsync(CancellationToken cancellationToken)
    {
        if (!_isLoaded && !services.Store.IsAnswering)
        {
            bucket.LeaveIfCertain();
        }

        if (!_committing.IsCompleted)
        {
            // Lists and watches may show the new state already; going back behind them would be wrong.
            await _committing.WaitAsync(cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            cancellationToken.ThrowIfCancellationRequested();
        }

        while (!_isLoaded && !TryLearn())
        {
            await LoadAsync(cancellationToken);
        }

        return Newest();
    }

    public Task<MutationResult> CreateAsync(CreateRequest request, CancellationToken cancellationToken) => TakeTurnAsync(
        request.Context, current => services.Pipeline.DecideCreateAsync(key, current, request, cancellationToken), cancellationToken);

    public Task<MutationResult> ReplaceAsync(ReplaceRequest request, CancellationToken cancellationToken) => TakeTurnAsync(
        request.Context, current => services.Pipeline.DecideReplaceAsync(key, current, request, cancellationToken), cancellationToken);

    public Task<MutationResult> PatchAsync(PatchRequest request, CancellationToken cancellationToken) => TakeTurnAsync(
        request.Context, current => services.Pipeline.DecidePatchAsync(key, current, request, cancellationToken), cancellationToken);

    public Task<MutationResult> DeleteAsync(DeleteRequest request, CancellationToken cancellationToken) => TakeTurnAsync(
        request.Context, current => services.Pipeline.DecideDeleteAsync(key, current, request, cancellationToken), cancellationToken);

    private async Task<MutationResult> TakeTurnAsync(
        MutationContext context, Func<ResourceSnapshot?, ValueTask<MutationDecision>> decide, CancellationToken cancellationToken)
    {
        var queued = services.Time.GetTimestamp();
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return services.Time.GetElapsedTime(queued) < LongestQueue
                ? await MutateAsync(context, decide, cancellationToken)
                : MutationResult.Failed(ResourceErrors.Unavailable("too many changes of this object are under way"));
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<MutationResult> MutateAsync(
        MutationContext context, Func<ResourceSnapshot?, ValueTask<MutationDecision>> decide, CancellationToken cancellationToken)
    {
        if (await TryHoldAsync(cancellationToken) is { } refused)
        {
            return refused;
        }

        if (!services.Store.IsAnswering)
        {
            // Where the next caller is, the database may answer.
            bucket.LeaveIfCertain();
            return await TryLoadAsync(cancellationToken) ?? MutationResult.Failed(ResourceErrors.Unavailable("storage does not answer"));
        }

        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            // A state out of a cache that is not trusted may be behind. Storage refuses what is written on it then; what would be refused
            // because of it, or only answered, is decided on the row.
            var isAssumed = !_isLoaded && !TryLearn() && attempt == 0 && !context.IsDryRun && _uncertain == ResourceVersion.None
                && services.Caches.Peek(key.Type) is not null;
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

        return MutationResult.Failed(ResourceErrors.StaleVersion(key.Type, key.Name));
    }

    /// <summary>What is refused, or found unchanged, is an answer from memory like that of a read.</summary>
    private async ValueTask<MutationResult?> TryHoldAsync(CancellationToken cancellationToken)
    {
        try
        {
            await services.Lease.HoldAsync(cancellationToken);
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
            while (!_isLoaded && !TryLearn())
            {
                await LoadAsync(cancellationToken);
            }

            return null;
        }
        catch (StorageUnavailableException exception)
        {
            LogLoadFailed(services.Logger, exception, key);
            return MutationResult.Failed(ResourceErrors.Unavailable("storage is unavailable"));
        }
    }

    /// <summary>Null when somebody else wrote the row meanwhile (another activation): decide again on the new state.</summary>
    private Task<MutationResult?> CommitAsync(ResourceSnapshot? current, MutationDecision decision)
    {
        var body = PreparedBody.Of(decision.Object!, services.Snapshots.PathsOf(key.Type));
        if (body.Length > MaxBytes && decision.Outcome != MutationOutcome.Deleted)
        {
            body.Dispose();
            return Task.FromResult<MutationResult?>(MutationResult.Failed(ResourceErrors.TooLarge(key.Type, key.Name, MaxBytes)));
        }

        // The tree of nodes ends here: hundreds of writes wait for their commit at once, and what they hold survives collections.
        return CommitAsync(current, body, decision.Outcome, decision.Warnings);
    }

    private async Task<MutationResult?> CommitAsync(
        ResourceSnapshot? current, PreparedBody body, MutationOutcome outcome, ImmutableArray<string> warnings)
    {
        var isDeletion = outcome == MutationOutcome.Deleted;
        var write = await services.Writer.WriteAsync(key, current, body, isDeletion);
        _generation++;
        switch (write.Status)
        {
            case WriteStatus.Committed:
                _current = isDeletion ? null : write.Snapshot;
                _asOf = write.Snapshot!.Version;
                _isLoaded = true;
                _isFoundAbsent = false;
                return MutationResult.Of(outcome, write.Snapshot!, warnings);
            case WriteStatus.Conflict:
                _isLoaded = false;
                return null;
            default:
                if (write.Snapshot is { } uncertain)
                {
                    _uncertain = _doubted = uncertain.Version;
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
            return RoutingFields.Read(unversioned, services.Snapshots.PathsOf(key.Type)).ToSnapshot(key, ResourceVersion.None, unversioned);
        }

        using var body = PreparedBody.Of(resource, services.Snapshots.PathsOf(key.Type));
        return body.At(key, _current.Version);
    }

    /// <summary>
    /// What a trusted cache shows is what a former holder of this object knew. That it shows nothing is no proof: whoever makes an object
    /// without asking (<see cref="FreshObjects"/>) is heard of by other silos' caches first, at times.
    /// </summary>
    private bool TryLearn()
    {
        if (_generation > 0 || services.Caches.Peek(key.Type) is not { } view || !bucket.Trusts(view)
            || !view.TryGet(key.Namespace, key.Name, out var cached))
        {
            return false;
        }

        _current = cached;
        _asOf = view.Version;
        _isLoaded = true;
        return true;
    }

    /// <summary>
    /// For a moment there may be two activations of an object, and the other one may have written it. A cache of this silo, where there
    /// is one, knows then; storage protects the writes in any case.
    /// </summary>
    private ResourceSnapshot? Newest()
    {
        if (_asOf is not { } asOf || services.Caches.Peek(key.Type) is not { } view || view.Version <= asOf)
        {
            return _current;
        }

        return !view.TryGet(key.Namespace, key.Name, out var cached) ? null
            : cached.Version > asOf ? cached
            : _current;
    }

    private ResourceSnapshot? Cached() =>
        services.Caches.Peek(key.Type) is { } view && view.TryGet(key.Namespace, key.Name, out var cached) ? cached : null;

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
        await services.Frontiers.WaitForAsync(key.Type, _uncertain);
        if (!services.Store.IsAnswering)
        {
            bucket.LeaveIfCertain();
        }

        // A deletion up to here need not be waited for: without one after it, and without a row, there was no object at this version.
        var published = Published();
        var row = await services.Store.LoadAsync(key, CancellationToken.None);
        var settled = row?.Version ?? await services.Store.FindDeletionAsync(key, published, CancellationToken.None);
        await services.Frontiers.WaitForAsync(key.Type, settled);

        if (generation != _generation)
        {
            return;
        }

        _current = row is { } stored ? services.Snapshots.FromRow(stored) : null;
        _asOf = settled > published || _current is not null ? settled : published == ResourceVersion.None ? null : published;
        _isLoaded = true;
        _isFoundAbsent = _current is null;
        _uncertain = ResourceVersion.None;
    }

    /// <summary>What is known here to be published.</summary>
    private ResourceVersion Published()
    {
        var told = services.Frontiers.Of(key.Type);
        return services.Caches.Peek(key.Type) is { } view && view.Version > told ? view.Version : told;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Loading {Key} failed")]
    private static partial void LogLoadFailed(ILogger logger, Exception exception, ResourceKey key);
}
