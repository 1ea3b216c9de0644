using Orleans.GrainDirectory;
using Orleans.Runtime;

namespace Crescent.Grains.Hosting;

/// <summary>
/// Spares a silo that is alone the question where a grain is: nowhere else. What it places is registered as ever, and the registration is what
/// counts: when another silo has come meanwhile and has the grain, registering says so, and the call goes there.
/// </summary>
internal sealed class LoneSiloDirectory(IGrainDirectory directory, IClusterMembershipService membership)
    : IGrainDirectory, ILifecycleParticipant<ISiloLifecycle>
{
    private Membership? _seen;

    private bool IsAlone
    {
        get
        {
            var snapshot = membership.CurrentSnapshot;
            var seen = Volatile.Read(ref _seen);
            if (seen is null || !ReferenceEquals(seen.Snapshot, snapshot))
            {
                seen = new(snapshot, snapshot.Members.Values.Count(static member => member.Status != SiloStatus.Dead) == 1);
                Volatile.Write(ref _seen, seen);
            }

            return seen.IsAlone;
        }
    }

    public Task<GrainAddress?> Lookup(GrainId grainId) => Lookup(grainId, CancellationToken.None);

    public Task<GrainAddress?> Lookup(GrainId grainId, CancellationToken cancellationToken) =>
        IsAlone ? Task.FromResult<GrainAddress?>(null) : directory.Lookup(grainId, cancellationToken);

    public Task<GrainAddress?> Register(GrainAddress address) => directory.Register(address);

    public Task<GrainAddress?> Register(GrainAddress address, CancellationToken cancellationToken) => directory.Register(address, cancellationToken);

    public Task<GrainAddress?> Register(GrainAddress address, GrainAddress? previousAddress) => directory.Register(address, previousAddress);

    public Task<GrainAddress?> Register(GrainAddress address, GrainAddress? previousAddress, CancellationToken cancellationToken) =>
        directory.Register(address, previousAddress, cancellationToken);

    public Task Unregister(GrainAddress address) => directory.Unregister(address);

    public Task Unregister(GrainAddress address, CancellationToken cancellationToken) => directory.Unregister(address, cancellationToken);

    public Task UnregisterSilos(List<SiloAddress> siloAddresses) => directory.UnregisterSilos(siloAddresses);

    public Task UnregisterSilos(List<SiloAddress> siloAddresses, CancellationToken cancellationToken) =>
        directory.UnregisterSilos(siloAddresses, cancellationToken);

    public void Participate(ISiloLifecycle lifecycle) => (directory as ILifecycleParticipant<ISiloLifecycle>)?.Participate(lifecycle);

    private sealed record Membership(ClusterMembershipSnapshot Snapshot, bool IsAlone);
}
