using Crescent.Identity;
using Crescent.Resources;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Crescent.Grains.Resources;

/// <summary>Where a <see cref="ResourceBucket"/> is placed, and how other processes reach it. Those of its silo find it in <see cref="LocalBuckets"/>.</summary>
[GrainType("resource-bucket"), Reentrant, PreferLocalPlacement, CollectionAgeLimit(Minutes = 5)]
internal sealed class ResourceBucketGrain(
    ResourceObjectServices services, TakeoverPause takeover, BucketMoves moves, ResourceInstruments instruments, ILogger<ResourceBucket> logger)
    : Grain, IResourceBucketGrain
{
    private BucketReference _known = null!;
    private ResourceBucket _bucket = null!;
    private ClusterMembershipSnapshot _members = null!;
    private BucketMove? _move;

    /// <summary>Reads nothing: a mutation mostly finds what it needs in the cache, and each request answers for a load that fails.</summary>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var (type, number) = ResourceBuckets.Parse(this.GetPrimaryKeyString());
        _members = moves.Members;
        await takeover.WaitAsync(cancellationToken);
        _bucket = new(type, GrainContext, GrainFactory, services, moves, instruments, logger);
        _known = LocalBuckets.Of(GrainFactory).Find(GrainFactory, type, number);
        _known.Enter(_bucket);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _known.Leave(_bucket);
        await _bucket.CloseAsync(cancellationToken);
    }

    public Task<ResourceSnapshot?> GetAsync(ResourceKey key, CancellationToken cancellationToken = default) =>
        Called().GetAsync(key, cancellationToken);

    public Task<MutationResult> CreateAsync(ResourceKey key, CreateRequest request, CancellationToken cancellationToken = default) =>
        Called().CreateAsync(key, request, cancellationToken);

    public Task<MutationResult> ReplaceAsync(ResourceKey key, ReplaceRequest request, CancellationToken cancellationToken = default) =>
        Called().ReplaceAsync(key, request, cancellationToken);

    public Task<MutationResult> PatchAsync(ResourceKey key, PatchRequest request, CancellationToken cancellationToken = default) =>
        Called().PatchAsync(key, request, cancellationToken);

    public Task<MutationResult> DeleteAsync(ResourceKey key, DeleteRequest request, CancellationToken cancellationToken = default) =>
        Called().DeleteAsync(key, request, cancellationToken);

    private ResourceBucket Called()
    {
        MoveIfDue();
        _bucket.Settle(_move is null ? _members : null);
        return _bucket;
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

        if (_move is { } move && moves.IsDue(move) && !_bucket.IsInDoubt())
        {
            _move = null;
            GrainContext.Migrate(new() { [IPlacementDirector.PlacementHintKey] = move.Target });
        }
    }
}
