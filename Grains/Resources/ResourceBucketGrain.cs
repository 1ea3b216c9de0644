using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Crescent.Grains.Resources;

/// <summary>
/// The only writer of a share of a type's objects. An activation for each object would cost more than the object's write; here an object takes
/// a dictionary's entry while it is worked on, and until the silo's cache shows what became of it.
/// </summary>
[GrainType("resource-bucket"), Reentrant, PreferLocalPlacement, CollectionAgeLimit(Minutes = 5)]
internal sealed partial class ResourceBucketGrain(
    ResourceObjectServices services, TakeoverPause takeover, BucketMoves moves, ResourceInstruments instruments, ILogger<ResourceBucketGrain> logger) : Grain, IResourceBucketGrain, IResourceBucket
{
    /// <summary>How often what is remembered is looked at when nobody calls; also the pause after a sequencer that did not answer.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Dictionary<ObjectName, ResourceObject> _objects = [];
    private readonly Queue<ResourceObject> _lingering = [];
    private ResourceType _type;
    private ClusterMembershipSnapshot _members = null!;
    private BucketMove? _move;
    private IGrainTimer? _timer;
    private bool _isTimed;

    /// <summary>Everything former activations have written has a version below it, or never gets one.</summary>
    private ResourceVersion? _anchor;

    /// <summary>A view below it may show less than what objects knew that are forgotten.</summary>
    private ResourceVersion _floor;
    private Task _anchoring = Task.CompletedTask;
    private long? _anchorTried;

    /// <summary>Reads nothing: a mutation mostly finds what it needs in the cache, and each request answers for a load that fails.</summary>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _type = ResourceBuckets.TypeOf(this.GetPrimaryKeyString());
        _members = moves.Members;
        return takeover.WaitAsync(cancellationToken).AsTask();
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        instruments.Holds(-_objects.Count);
        _objects.Clear();
        return Task.CompletedTask;
    }

    public async Task<ResourceSnapshot?> GetAsync(ResourceKey key, CancellationToken cancellationToken = default)
    {
        await services.Lease.HoldAsync(cancellationToken);
        MoveIfDue();
        if (!_objects.ContainsKey(NameOf(key)) && services.Caches.Peek(_type) is { } view && Trusts(view) && view.TryGet(key.Namespace, key.Name, out var known))
        {
            return known;
        }

        return await WithAsync(key, false, static (target, _, token) => target.GetAsync(token), cancellationToken);
    }

    public Task<MutationResult> CreateAsync(ResourceKey key, CreateRequest request, CancellationToken cancellationToken = default) =>
        WithAsync(key, request, static (target, request, token) => target.CreateAsync(request, token), cancellationToken);

    public Task<MutationResult> ReplaceAsync(ResourceKey key, ReplaceRequest request, CancellationToken cancellationToken = default) =>
        WithAsync(key, request, static (target, request, token) => target.ReplaceAsync(request, token), cancellationToken);

    public Task<MutationResult> PatchAsync(ResourceKey key, PatchRequest request, CancellationToken cancellationToken = default) =>
        WithAsync(key, request, static (target, request, token) => target.PatchAsync(request, token), cancellationToken);

    public Task<MutationResult> DeleteAsync(ResourceKey key, DeleteRequest request, CancellationToken cancellationToken = default) =>
        WithAsync(key, request, static (target, request, token) => target.DeleteAsync(request, token), cancellationToken);

    public bool Trusts(IResourceView view)
    {
        if (_anchor is { } anchor)
        {
            return view.Version >= anchor && view.Version >= _floor;
        }

        if (_anchoring.IsCompleted && (_anchorTried is not { } tried || services.Time.GetElapsedTime(tried) > Period))
        {
            _anchorTried = services.Time.GetTimestamp();
            _anchoring = AnchorAsync();
        }

        return false;
    }

    public void LeaveIfCertain()
    {
        foreach (var held in _objects.Values)
        {
            if (!held.IsCertain())
            {
                return;
            }
        }

        DeactivateOnIdle();
    }

    /// <summary>
    /// A version that is handed out now: versions handed out before are decided when the frontier passes it, and those of an older
    /// sequencer are fenced. So a view that has it shows whatever former activations have written, also what was on its way. Never faults.
    /// </summary>
    private async Task AnchorAsync()
    {
        try
        {
            var sequencer = GrainFactory.GetGrain<IResourceTypeGrain>(_type.ToString());
            var reservation = await sequencer.ReserveAsync(1, CancellationToken.None);
            _anchor = reservation.First;
            await sequencer.PublishAsync(new() { Epoch = reservation.Epoch, Abandoned = [reservation.First] }, CancellationToken.None);
        }
        catch (Exception exception)
        {
            // Until another try objects are read from their rows; a version that stays open is settled by the sequencer.
            LogNoAnchor(exception, _type);
        }
    }

    /// <summary>Requests under way are answered here first, those that come meanwhile go with the bucket. What it wrote must have become certain.</summary>
    private void MoveIfDue()
    {
        var members = moves.Members;
        if (!ReferenceEquals(members, _members))
        {
            _move = moves.Between(_members, members, this.GetGrainId()) ?? _move;
            _members = members;
        }

        if (_move is { } move && moves.IsDue(move) && _objects.Values.All(static held => !held.IsInDoubt()))
        {
            _move = null;
            GrainContext.Migrate(new() { [IPlacementDirector.PlacementHintKey] = move.Target });
        }
    }

    private static ObjectName NameOf(ResourceKey key) => new(key.Namespace, key.Name);

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
        MoveIfDue();
        if (!_objects.TryGetValue(NameOf(key), out var target))
        {
            _objects.Add(NameOf(key), target = new(key, this, services));
            instruments.Holds(1);
        }

        target.Enter();
        return target;
    }

    private void Leave(ResourceObject target)
    {
        target.Leave();
        if (target.CanBeForgotten())
        {
            Forget(target);
        }
        else if (!target.IsInUse && !target.IsLingering)
        {
            target.IsLingering = true;
            _lingering.Enqueue(target);
            Arm();
        }

        // More than one comes in for each that leaves.
        Tidy(2);
    }

    private void Forget(ResourceObject target)
    {
        // It may be forgotten already, while it was in the queue, and another one be in its place.
        if (_objects.TryGetValue(NameOf(target.Key), out var held) && ReferenceEquals(held, target))
        {
            _objects.Remove(NameOf(target.Key));
            instruments.Holds(-1);
            _floor = target.Floor > _floor ? target.Floor : _floor;
        }
    }

    private void Tidy(int count)
    {
        for (; count > 0 && _lingering.TryDequeue(out var next); count--)
        {
            if (next.IsInUse)
            {
                next.IsLingering = false;
            }
            else if (next.CanBeForgotten())
            {
                next.IsLingering = false;
                Forget(next);
            }
            else
            {
                _lingering.Enqueue(next);
            }
        }
    }

    private void Arm()
    {
        if (!_isTimed)
        {
            _isTimed = true;
            _timer ??= this.RegisterGrainTimer(
                static (self, _) => self.TickAsync(), this, new() { DueTime = Timeout.InfiniteTimeSpan, Period = Timeout.InfiniteTimeSpan, Interleave = true });
            _timer.Change(Period, Timeout.InfiniteTimeSpan);
        }
    }

    private Task TickAsync()
    {
        Tidy(_lingering.Count);
        _isTimed = false;
        if (_lingering.Count > 0)
        {
            Arm();
        }

        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The sequencer of {Type} did not answer; its cache is not trusted yet")]
    private partial void LogNoAnchor(Exception exception, ResourceType type);
}
