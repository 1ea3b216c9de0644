using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Crescent.Grains.Resources;

/// <summary>
/// The only writer of a share of a type's objects. An activation for each object would cost more than the object's write; here an object takes
/// a dictionary's entry while it is worked on, and until the silo's cache shows what became of it. Its grain is where it is placed; callers of
/// the same silo come here without a call of the grain. Thread-safe: neither needs turns.
/// </summary>
internal sealed partial class ResourceBucket(
    ResourceType type, IGrainContext activation, IGrainFactory grains, ResourceObjectServices services, BucketMoves moves,
    ResourceInstruments instruments, ILogger<ResourceBucket> logger) : IResourceBucket, ILocalBucket
{
    /// <summary>How often what is remembered is looked at when nobody calls; also the pause after a sequencer that did not answer.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long callers go without the grain. It is collected when nobody has called it for minutes, so one call in a while has to be its own;
    /// that call sees to it, too, that the bucket moves.
    /// </summary>
    private static readonly TimeSpan LongestWithoutGrain = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectName, ResourceObject> _objects_NeedsLock = [];
    private readonly Queue<ResourceObject> _lingering_NeedsLock = [];
    private readonly DirectCalls _direct = new();
    private ITimer? _timer_NeedsLock;
    private bool _isTimed_NeedsLock;

    /// <summary>Of these the bucket knows that it may stay; null while it is to go.</summary>
    private ClusterMembershipSnapshot? _settled;
    private long _grainCalled;

    /// <summary>Everything former activations have written has a version below it, or never gets one. 0: not known yet.</summary>
    private long _anchor;

    /// <summary>A view below it may show less than what objects knew that are forgotten.</summary>
    private long _floor;
    private int _isAnchoring;
    private long? _anchorTried;

    /// <summary>The grain was called: until it ought to be called again, callers of this silo may come directly.</summary>
    /// <param name="members">Among whom the bucket stays where it is; null when it is about to move.</param>
    public void Settle(ClusterMembershipSnapshot? members)
    {
        Volatile.Write(ref _grainCalled, services.Time.GetTimestamp());
        Volatile.Write(ref _settled, members);
    }

    /// <summary>Refuses direct calls from now on, and returns when those under way are answered; then nothing is remembered any more.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _direct.CloseAsync().WaitAsync(cancellationToken);
        }
        finally
        {
            lock (_lock)
            {
                instruments.Holds(-_objects_NeedsLock.Count);
                _objects_NeedsLock.Clear();
                _lingering_NeedsLock.Clear();
                _isTimed_NeedsLock = true;
                _timer_NeedsLock?.Dispose();
            }
        }
    }

    public async Task<ResourceSnapshot?> GetAsync(ResourceKey key, CancellationToken cancellationToken)
    {
        await services.Lease.HoldAsync(cancellationToken);
        return !IsRemembered(key) && services.Caches.Peek(type) is { } view && Trusts(view) && view.TryGet(key.Namespace, key.Name, out var known)
            ? known
            : await WithAsync(key, false, static (target, _, token) => target.GetAsync(token), cancellationToken);
    }

    public Task<MutationResult> CreateAsync(ResourceKey key, CreateRequest request, CancellationToken cancellationToken) =>
        WithAsync(key, request, static (target, request, token) => target.CreateAsync(request, token), cancellationToken);

    public Task<MutationResult> ReplaceAsync(ResourceKey key, ReplaceRequest request, CancellationToken cancellationToken) =>
        WithAsync(key, request, static (target, request, token) => target.ReplaceAsync(request, token), cancellationToken);

    public Task<MutationResult> PatchAsync(ResourceKey key, PatchRequest request, CancellationToken cancellationToken) =>
        WithAsync(key, request, static (target, request, token) => target.PatchAsync(request, token), cancellationToken);

    public Task<MutationResult> DeleteAsync(ResourceKey key, DeleteRequest request, CancellationToken cancellationToken) =>
        WithAsync(key, request, static (target, request, token) => target.DeleteAsync(request, token), cancellationToken);

    public bool TryGet(ResourceKey key, CancellationToken cancellationToken, out Task<ResourceSnapshot?> answer)
    {
        var isOpen = TryBegin();
        answer = isOpen ? AnswerAsync(GetAsync(key, cancellationToken), BucketTimeouts.Read, cancellationToken) : Refused<ResourceSnapshot?>.Answer;
        return isOpen;
    }

    public bool TryCreate(ResourceKey key, CreateRequest request, CancellationToken cancellationToken, out Task<MutationResult> answer)
    {
        var isOpen = TryBegin();
        answer = isOpen ? AnswerAsync(CreateAsync(key, request, cancellationToken), BucketTimeouts.Write, cancellationToken) : Refused<MutationResult>.Answer;
        return isOpen;
    }

    public bool TryReplace(ResourceKey key, ReplaceRequest request, CancellationToken cancellationToken, out Task<MutationResult> answer)
    {
        var isOpen = TryBegin();
        answer = isOpen ? AnswerAsync(ReplaceAsync(key, request, cancellationToken), BucketTimeouts.Write, cancellationToken) : Refused<MutationResult>.Answer;
        return isOpen;
    }

    public bool TryPatch(ResourceKey key, PatchRequest request, CancellationToken cancellationToken, out Task<MutationResult> answer)
    {
        var isOpen = TryBegin();
        answer = isOpen ? AnswerAsync(PatchAsync(key, request, cancellationToken), BucketTimeouts.Write, cancellationToken) : Refused<MutationResult>.Answer;
        return isOpen;
    }

    public bool TryDelete(ResourceKey key, DeleteRequest request, CancellationToken cancellationToken, out Task<MutationResult> answer)
    {
        var isOpen = TryBegin();
        answer = isOpen ? AnswerAsync(DeleteAsync(key, request, cancellationToken), BucketTimeouts.Write, cancellationToken) : Refused<MutationResult>.Answer;
        return isOpen;
    }

    public bool Trusts(IResourceView view)
    {
        var anchor = Volatile.Read(ref _anchor);
        if (anchor == 0)
        {
            FindAnchor();
            return false;
        }

        return view.Version.Value >= anchor && view.Version.Value >= Volatile.Read(ref _floor);
    }

    public void LeaveIfCertain()
    {
        // A lone silo keeps what it knows: it can be read without the database, and nobody else could do more.
        if (moves.HasOthers && All(static held => held.IsCertain()))
        {
            activation.Deactivate(new(DeactivationReasonCode.ApplicationRequested, "The database does not answer here."));
        }
    }

    /// <summary>An object that nobody knows what became of may be written yet, under the eyes of another activation.</summary>
    public bool IsInDoubt() => !All(static held => !held.IsInDoubt());

    private bool All(Func<ResourceObject, bool> holds)
    {
        lock (_lock)
        {
            foreach (var held in _objects_NeedsLock.Values)
            {
                if (!holds(held))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>False: the bucket is about to go, or the grain ought to be called.</summary>
    private bool TryBegin() =>
        ReferenceEquals(Volatile.Read(ref _settled), moves.Members)
        && services.Time.GetElapsedTime(Volatile.Read(ref _grainCalled)) < LongestWithoutGrain
        && _direct.TryBegin();

    /// <summary>As a grain call does: what is not answered in time goes on, and nobody learns how it ends.</summary>
    /// <exception cref="TimeoutException">No answer in time.</exception>
    private Task<TResult> AnswerAsync<TResult>(Task<TResult> call, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (call.IsCompleted)
        {
            _direct.End();
            return call;
        }

        return EndAsync(call).WaitAsync(limit, services.Time, cancellationToken);
    }

    private async Task<TResult> EndAsync<TResult>(Task<TResult> call)
    {
        try
        {
            return await call;
        }
        finally
        {
            _direct.End();
        }
    }

    private void FindAnchor()
    {
        if (Interlocked.CompareExchange(ref _isAnchoring, 1, 0) != 0)
        {
            return;
        }

        if (_anchorTried is { } tried && services.Time.GetElapsedTime(tried) <= Period)
        {
            Volatile.Write(ref _isAnchoring, 0);
            return;
        }

        _anchorTried = services.Time.GetTimestamp();
        _ = AnchorAsync();
    }

    /// <summary>
    /// A version that is handed out now: versions handed out before are decided when the frontier passes it, and those of an older
    /// sequencer are fenced. So a view that has it shows whatever former activations have written, also what was on its way. Never faults.
    /// </summary>
    private async Task AnchorAsync()
    {
        // Out of the locks and the turn of whoever asked.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            var sequencer = grains.GetGrain<IResourceTypeGrain>(type.ToString());
            var reservation = await sequencer.ReserveAsync(1, CancellationToken.None);
            Volatile.Write(ref _anchor, reservation.First.Value);
            await sequencer.PublishAsync(new() { Epoch = reservation.Epoch, Abandoned = [reservation.First] }, CancellationToken.None);
        }
        catch (Exception exception)
        {
            // Until another try objects are read from their rows; a version that stays open is settled by the sequencer.
            LogNoAnchor(exception, type);
        }
        finally
        {
            Volatile.Write(ref _isAnchoring, 0);
        }
    }

    private static ObjectName NameOf(ResourceKey key) => new(key.Namespace, key.Name);

    private bool IsRemembered(ResourceKey key)
    {
        lock (_lock)
        {
            return _objects_NeedsLock.ContainsKey(NameOf(key));
        }
    }

    /// <summary>The object exists while this runs. The request is an argument of its own, so that no call makes a closure.</summary>
    private async Task<TResult> WithAsync<TRequest, TResult>(
        ResourceKey key, TRequest request, Func<ResourceObject, TRequest, CancellationToken, Task<TResult>> ask, CancellationToken cancellationToken)
    {
        var target = Enter(key);
        try
        {
            return await ask(target, request, cancellationToken);
        }
        finally
        {
            Leave(target);
        }
    }

    private ResourceObject Enter(ResourceKey key)
    {
        var name = NameOf(key);
        lock (_lock)
        {
            if (!_objects_NeedsLock.TryGetValue(name, out var target))
            {
                _objects_NeedsLock.Add(name, target = new(key, this, services));
                instruments.Holds(1);
            }

            target.Users++;
            return target;
        }
    }

    private void Leave(ResourceObject target)
    {
        lock (_lock)
        {
            target.LastUsed = services.Time.GetTimestamp();
            if (--target.Users == 0 && target.CanBeForgotten())
            {
                Forget_NeedsLock(target);
            }
            else if (target.Users == 0 && !target.IsLingering)
            {
                target.IsLingering = true;
                _lingering_NeedsLock.Enqueue(target);
                Arm_NeedsLock();
            }

            // More than one comes in for each that leaves.
            Tidy_NeedsLock(2);
        }
    }

    private void Forget_NeedsLock(ResourceObject target)
    {
        // It may be forgotten already, while it was in the queue, and another one be in its place.
        if (_objects_NeedsLock.TryGetValue(NameOf(target.Key), out var held) && ReferenceEquals(held, target))
        {
            // Whoever misses it in the dictionary has to see the floor.
            Volatile.Write(ref _floor, Math.Max(_floor, target.Floor.Value));
            _objects_NeedsLock.Remove(NameOf(target.Key));
            instruments.Holds(-1);
        }
    }

    private void Tidy_NeedsLock(int count)
    {
        for (; count > 0 && _lingering_NeedsLock.TryDequeue(out var next); count--)
        {
            if (next.Users > 0)
            {
                next.IsLingering = false;
            }
            else if (next.CanBeForgotten())
            {
                next.IsLingering = false;
                Forget_NeedsLock(next);
            }
            else
            {
                _lingering_NeedsLock.Enqueue(next);
            }
        }
    }

    private void Arm_NeedsLock()
    {
        if (!_isTimed_NeedsLock)
        {
            _isTimed_NeedsLock = true;
            _timer_NeedsLock ??= CreateTimer();
            _timer_NeedsLock.Change(Period, Timeout.InfiniteTimeSpan);
        }
    }

    private ITimer CreateTimer()
    {
        // It must not live in the context of the request that happens to need it first.
        using (ExecutionContext.IsFlowSuppressed() ? default(IDisposable) : ExecutionContext.SuppressFlow())
        {
            return services.Time.CreateTimer(
                static state => ((ResourceBucket)state!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    private void Tick()
    {
        lock (_lock)
        {
            Tidy_NeedsLock(_lingering_NeedsLock.Count);
            _isTimed_NeedsLock = false;
            if (_lingering_NeedsLock.Count > 0)
            {
                Arm_NeedsLock();
            }
        }
    }

    /// <summary>Nobody waits for it.</summary>
    private static class Refused<TResult>
    {
        public static readonly Task<TResult> Answer = Task.FromCanceled<TResult>(new(canceled: true));
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The sequencer of {Type} did not answer; its cache is not trusted yet")]
    private partial void LogNoAnchor(Exception exception, ResourceType type);
}
