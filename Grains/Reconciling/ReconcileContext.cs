using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Grains.Events;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Reconciling;

/// <summary>
/// What a reconciler sees and does. Reads come from this process' caches, but never from a state older than what nudged the reconciler or
/// than its own writes. The first read of a type in an activation, and the first after a doubtful write, is a consistent one: an
/// activation does not know what the one before it wrote.
/// </summary>
internal sealed class ReconcileContext(
    string controller, IResourceCaches caches, Func<ResourceKey, ResourceReference> grains, IEventRecorder events, TimeProvider time,
    CancellationToken stopping)
{
    private readonly Dictionary<ResourceType, ResourceVersion> _atLeast = [];
    private readonly HashSet<ResourceType> _verified = [];

    /// <summary>The present time; plans get it as an argument.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Name of the controller, used as field manager and event source.</summary>
    public string Controller => controller;

    /// <summary>Everything this reconciler must have seen before it acts again.</summary>
    public void Saw(ResourceType type, ResourceVersion version)
    {
        if (!_atLeast.TryGetValue(type, out var known) || known < version)
        {
            _atLeast[type] = version;
        }
    }

    /// <summary>The next read of <paramref name="type"/> asks the sequencer how far it has to go.</summary>
    public void Doubt(ResourceType type) => _verified.Remove(type);

    /// <exception cref="SiloUnavailableException">It would have to wait, and this silo stops: its sequencers are the next to go.</exception>
    public async ValueTask<IResourceView> ReadAsync(ResourceType type, CancellationToken cancellationToken)
    {
        var cache = caches.Get(type);
        var atLeast = _atLeast.GetValueOrDefault(type);
        if (_verified.Contains(type) && cache.Current.Version >= atLeast)
        {
            return cache.Current;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
        try
        {
            return await WaitAsync(cache, atLeast, ending.Token).WaitAsync(ending.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new SiloUnavailableException("This silo stops, and its controllers wait for nothing any more.");
        }
    }

    /// <summary>The committed state straight from the object's grain, past all caches.</summary>
    public Task<ResourceSnapshot?> GetLiveAsync(ResourceKey key, CancellationToken cancellationToken) =>
        grains(key).GetAsync(cancellationToken);

    public Task<MutationResult> CreateAsync(ResourceKey key, byte[] body, CancellationToken cancellationToken, string subresource = "") =>
        TrackAsync(key.Type, grains(key).CreateAsync(
            new() { Context = MutationContext.ForController(controller, subresource), Body = body }, cancellationToken));

    public Task<MutationResult> CreateAsync(ResourceKey key, JsonObject body, CancellationToken cancellationToken, string subresource = "") =>
        CreateAsync(key, JsonSerializer.SerializeToUtf8Bytes(body), cancellationToken, subresource);

    /// <summary>
    /// Merge patch. Give <paramref name="version"/> when the patch replaces a list or depends on what was read; the uid is always a
    /// precondition, so an object of the same name that came later is never touched.
    /// </summary>
    public Task<MutationResult> PatchAsync(
        ResourceKey key, string uid, JsonObject patch, CancellationToken cancellationToken, string subresource = "",
        ResourceVersion? version = null) =>
        TrackAsync(key.Type, grains(key).PatchAsync(
            new()
            {
                Context = MutationContext.ForController(controller, subresource), Kind = PatchKind.Merge,
                Body = JsonSerializer.SerializeToUtf8Bytes(patch), Preconditions = new() { Uid = uid, Version = version },
            },
            cancellationToken));

    public Task<MutationResult> ReplaceAsync(
        ResourceKey key, JsonObject body, CancellationToken cancellationToken, string subresource = "") =>
        TrackAsync(key.Type, grains(key).ReplaceAsync(
            new()
            {
                Context = MutationContext.ForController(controller, subresource), Body = JsonSerializer.SerializeToUtf8Bytes(body),
            },
            cancellationToken));

    public Task<MutationResult> DeleteAsync(
        ResourceKey key, string uid, CancellationToken cancellationToken,
        DeletionPropagation propagation = DeletionPropagation.Default, long? gracePeriodSeconds = null, ResourceVersion? version = null) =>
        TrackAsync(key.Type, grains(key).DeleteAsync(
            new()
            {
                Context = MutationContext.ForController(controller), Propagation = propagation, GracePeriodSeconds = gracePeriodSeconds,
                Preconditions = new() { Uid = uid, Version = version },
            },
            cancellationToken));

    /// <summary>Records an event about <paramref name="involved"/>; never fails.</summary>
    public void Event(EventSubject involved, string type, string reason, string message) =>
        events.Record(involved, type, reason, message, controller);

    private async Task<IResourceView> WaitAsync(IResourceCache cache, ResourceVersion atLeast, CancellationToken cancellationToken)
    {
        if (!_verified.Contains(cache.Type))
        {
            var consistent = await cache.GetConsistentAsync(cancellationToken);
            _verified.Add(cache.Type);
            if (consistent.Version >= atLeast)
            {
                return consistent;
            }
        }

        return await cache.WaitForAsync(atLeast, cancellationToken);
    }

    private async Task<MutationResult> TrackAsync(ResourceType type, Task<MutationResult> mutation)
    {
        try
        {
            var result = await mutation;
            if (result.Snapshot is { } snapshot)
            {
                Saw(type, snapshot.Version);
            }
            else if (result.Error is { Code: 404 or 409 })
            {
                Doubt(type);
            }

            return result;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The outcome is unknown: it may yet be committed.
            Doubt(type);
            throw;
        }
    }
}
