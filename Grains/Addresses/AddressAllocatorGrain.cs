using System.Globalization;
using Crescent.Addresses;
using Crescent.Identity;
using Crescent.Watching;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Addresses;

/// <summary>
/// Remembers which service holds which cluster address and node port. A grant is stored before it is answered; what belongs to services
/// that never came to be, or are gone, is swept away, and what services hold without a record is recorded.
/// </summary>
[GrainType("addresses")]
internal sealed partial class AddressAllocatorGrain(
    [PersistentState("addresses")] IPersistentState<AddressState> state, IOptions<AddressOptions> options, IResourceCaches caches,
    TimeProvider time, ILogger<AddressAllocatorGrain> logger) : Grain, IAddressAllocatorGrain
{
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromMinutes(5);

    // A service whose creation is still under way is not in the cache yet.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly AddressPlanner _planner = new(options.Value);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        this.RegisterGrainTimer(SweepAsync, new GrainTimerCreationOptions { DueTime = TimeSpan.FromSeconds(30), Period = SweepPeriod, KeepAlive = true });
    }

    public async Task<AddressAllocation> AllocateAsync(AddressRequest request, CancellationToken cancellationToken)
    {
        var plan = _planner.Plan(request, state.State.Holders, (uint)Random.Shared.Next());
        if (!plan.IsGranted && await SweepHoldersAsync(TimeSpan.Zero, cancellationToken))
        {
            plan = _planner.Plan(request, state.State.Holders, (uint)Random.Shared.Next());
        }

        if (plan.IsGranted && !request.IsDryRun)
        {
            var changed = plan.Address.Length > 0 && Hold(plan.Address, request);
            foreach (var port in plan.NodePorts)
            {
                changed |= Hold(port.ToString(CultureInfo.InvariantCulture), request);
            }

            if (changed)
            {
                await WriteAsync(cancellationToken);
            }
        }

        return plan;
    }

    public async Task ReleaseAsync(string ownerUid, string keepAddress, long[] keepPorts, CancellationToken cancellationToken)
    {
        var kept = keepPorts.Select(static port => port.ToString(CultureInfo.InvariantCulture)).Append(keepAddress).ToHashSet(StringComparer.Ordinal);
        var released = state.State.Holders.Where(entry => entry.Value.OwnerUid == ownerUid && !kept.Contains(entry.Key)).Select(static entry => entry.Key).ToList();
        released.ForEach(key => state.State.Holders.Remove(key));
        if (released.Count > 0)
        {
            await WriteAsync(cancellationToken);
        }
    }

    private bool Hold(string key, AddressRequest request)
    {
        if (state.State.Holders.TryGetValue(key, out var holder) && holder.OwnerUid == request.OwnerUid)
        {
            return false;
        }

        state.State.Holders[key] = new() { Owner = request.Owner, OwnerUid = request.OwnerUid, Since = time.GetUtcNow() };
        return true;
    }

    private async Task SweepAsync(CancellationToken cancellationToken) => await SweepHoldersAsync(Patience, cancellationToken);

    // True when something became free.
    private async Task<bool> SweepHoldersAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var services = await caches.Get(KnownTypes.Services).GetConsistentAsync(cancellationToken);
        var used = ServiceAddresses.InUse(services.Enumerate());
        var now = time.GetUtcNow();
        // Even a caller in need waits for the creations that may be under way beside it.
        var oldest = now - (patience > TimeSpan.Zero ? patience : TimeSpan.FromSeconds(10));
        var stale = state.State.Holders.Where(entry =>
            entry.Value.Since < oldest && (!used.TryGetValue(entry.Key, out var user) || user.Uid != entry.Value.OwnerUid)).Select(static entry => entry.Key).ToList();
        stale.ForEach(key => state.State.Holders.Remove(key));
        var missing = used.Where(entry => !state.State.Holders.ContainsKey(entry.Key)).ToList();
        missing.ForEach(entry => state.State.Holders[entry.Key] = new() { Owner = entry.Value.Owner, OwnerUid = entry.Value.Uid, Since = now });
        if (stale.Count + missing.Count > 0)
        {
            LogRepaired(stale.Count, missing.Count);
            await WriteAsync(cancellationToken);
        }

        return stale.Count > 0;
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await state.WriteStateAsync(cancellationToken);
        }
        catch
        {
            // What is in memory is no longer what is stored: begin again from the store with the next call.
            DeactivateOnIdle();
            throw;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Repaired service addresses: {Freed} freed, {Recorded} recorded")]
    private partial void LogRepaired(int freed, int recorded);
}
