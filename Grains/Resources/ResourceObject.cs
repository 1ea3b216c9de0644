using System.Text.Json.Nodes;
using Crescent.Grains.Mutation;
using Crescent.Grains.Resources.Storage;
using Crescent.Identity;
using Crescent.Resources;
using Microsoft.Extensions.Logging;

namespace Crescent.Grains.Resources;

/// <summary>
/// One object while somebody works on it, and as long as more is known of it than the silo's cache tells. Mutations take turns; reads
/// interleave and see the last acknowledged state. Thread-safe.
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
    private readonly ObjectState _state = new(key, bucket, services);

    public ResourceKey Key => key;

    /// <summary>How many ask for it now. This and the next two belong to the bucket, and need its lock.</summary>
    public int Users { get; set; }

    /// <summary>Time stamp of when somebody ceased to ask for it.</summary>
    public long LastUsed { get; set; }

    /// <summary>In the bucket's list of those that may be forgotten some day.</summary>
    public bool IsLingering { get; set; }

    /// <inheritdoc cref="ObjectState.IsCertain" />
    public bool IsCertain() => _state.IsCertain();

    /// <inheritdoc cref="ObjectState.IsInDoubt" />
    public bool IsInDoubt() => _state.IsInDoubt();

    /// <inheritdoc cref="ObjectState.Floor" />
    public ResourceVersion Floor => _state.Floor;

    /// <summary>Who asks next finds the same in the cache, or in the row. Asked when nobody uses it, and nobody can begin to.</summary>
    public bool CanBeForgotten() => _state.CanBeForgotten(services.Time.GetElapsedTime(LastUsed) > Memory);

    public async Task<ResourceSnapshot?> GetAsync(CancellationToken cancellationToken)
    {
        if (!_state.IsLoaded && !services.Store.IsAnswering)
        {
            bucket.LeaveIfCertain();
        }

        if (_state.Committing is { IsCompleted: false } committing)
        {
            // Lists and watches may show the new state already; going back behind them would be wrong. A commit that begins later is no matter.
            await committing.WaitAsync(cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            cancellationToken.ThrowIfCancellationRequested();
        }

        ResourceSnapshot? newest;
        while (!_state.TryGetNewest(out newest, out var loading))
        {
            await loading.WaitAsync(cancellationToken);
        }

        return newest;
    }

    public Task<MutationResult> CreateAsync(CreateRequest request, CancellationToken cancellationToken) => TakeTurnAsync(
        request, request.Context, static (self, current, request, token) => self.Pipeline.DecideCreateAsync(self.Key, current, request, token), cancellationToken);

    public Task<MutationResult> ReplaceAsync(ReplaceRequest request, CancellationToken cancellationToken) => TakeTurnAsync(
        request, request.Context, static (self, current, request, token) => self.Pipeline.DecideReplaceAsync(self.Key, current, request, token), cancellationToken);

    public Task<MutationResult> PatchAsync(PatchRequest request, CancellationToken cancellationToken) => TakeTurnAsync(
        request, request.Context, static (self, current, request, token) => self.Pipeline.DecidePatchAsync(self.Key, current, request, token), cancellationToken);

    public Task<MutationResult> DeleteAsync(DeleteRequest request, CancellationToken cancellationToken) => TakeTurnAsync(
        request, request.Context, static (self, current, request, token) => self.Pipeline.DecideDeleteAsync(self.Key, current, request, token), cancellationToken);

    private IMutationPipeline Pipeline => services.Pipeline;

    private async Task<MutationResult> TakeTurnAsync<TRequest>(TRequest request, MutationContext context, Decide<TRequest> decide, CancellationToken cancellationToken)
    {
        var queued = services.Time.GetTimestamp();
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return services.Time.GetElapsedTime(queued) < LongestQueue
                ? await MutateAsync(request, context, decide, cancellationToken)
                : MutationResult.Failed(ResourceErrors.Unavailable("too many changes of this object are under way"));
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<MutationResult> MutateAsync<TRequest>(
        TRequest request, MutationContext context, Decide<TRequest> decide, CancellationToken cancellationToken)
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
            var (isAssumed, current) = _state.Look(mayAssume: attempt == 0 && !context.IsDryRun);
            if (!isAssumed)
            {
                if (await TryLoadAsync(cancellationToken) is { } unavailable)
                {
                    return unavailable;
                }

                current = _state.TakeNewest();
            }

            var decision = await decide(this, current, request, cancellationToken);
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
                return MutationResult.Of(decision.Outcome, WouldBe(current, decision.Object!), decision.Warnings).Noting(decision.AuditAnnotations);
            }

            var (outcome, warnings, notes) = (decision.Outcome, decision.Warnings, decision.AuditAnnotations);
            if (await CommitAsync(current, decision) is not { } write)
            {
                return MutationResult.Failed(ResourceErrors.TooLarge(key.Type, key.Name, MaxBytes)).Noting(notes);
            }

            // After a conflict all is decided again: somebody else has written the row meanwhile (another activation).
            if (write.Status != WriteStatus.Conflict)
            {
                return (write.Status == WriteStatus.Committed
                    ? MutationResult.Of(outcome, write.Snapshot!, warnings) : MutationResult.Failed(write.ToError())).Noting(notes);
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
            while (!_state.TryGetNewest(out _, out var loading))
            {
                await loading.WaitAsync(cancellationToken);
            }

            return null;
        }
        catch (StorageUnavailableException exception)
        {
            LogLoadFailed(services.Logger, exception, key);
            return MutationResult.Failed(ResourceErrors.Unavailable("storage is unavailable"));
        }
    }

    /// <summary>Null when the object is too large.</summary>
    private ValueTask<WriteResult?> CommitAsync(ResourceSnapshot? current, MutationDecision decision)
    {
        var body = PreparedBody.Of(decision.Object!, services.Snapshots.PathsOf(key.Type));
        var isDeletion = decision.Outcome == MutationOutcome.Deleted;
        if (body.Length > MaxBytes && !isDeletion)
        {
            body.Dispose();
            return default;
        }

        // The tree of nodes ends here: hundreds of writes wait for their commit at once, and what they hold survives collections.
        return new(_state.WriteAsync(current, body, isDeletion));
    }

    /// <summary>What a dry run answers: the object as it would be, at the version it has now (a new one has none).</summary>
    private ResourceSnapshot WouldBe(ResourceSnapshot? current, JsonObject resource)
    {
        if (current is null)
        {
            var unversioned = PreparedBody.WithoutVersion(resource);
            return RoutingFields.Read(unversioned, services.Snapshots.PathsOf(key.Type)).ToSnapshot(key, ResourceVersion.None, unversioned);
        }

        using var body = PreparedBody.Of(resource, services.Snapshots.PathsOf(key.Type));
        return body.At(key, current.Version);
    }

    /// <summary>What to make of the current state; null when there is no object.</summary>
    private delegate ValueTask<MutationDecision> Decide<TRequest>(
        ResourceObject self, ResourceSnapshot? current, TRequest request, CancellationToken cancellationToken);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Loading {Key} failed")]
    private static partial void LogLoadFailed(ILogger logger, Exception exception, ResourceKey key);
}
