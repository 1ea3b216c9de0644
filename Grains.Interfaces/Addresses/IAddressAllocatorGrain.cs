namespace Crescent.Addresses;

/// <summary>
/// Hands out cluster addresses and node ports of services. One activation per cluster, keyed by <see cref="Key"/>.
/// It calls nobody, so resource grains may wait for it.
/// </summary>
[Alias("addresses.IAddressAllocatorGrain")]
public interface IAddressAllocatorGrain : IGrainWithStringKey
{
    /// <summary>The only key.</summary>
    const string Key = "services";

    /// <summary>Takes all that is asked for, or nothing when one of them is refused. What the owner already holds is granted again.</summary>
    [Alias("Allocate"), ResponseTimeout("00:00:05")]
    Task<AddressAllocation> AllocateAsync(AddressRequest request, CancellationToken cancellationToken = default);

    /// <summary>Gives back everything of the service with that UID that is not in <paramref name="keepAddress"/> or <paramref name="keepPorts"/>.</summary>
    [Alias("Release")]
    Task ReleaseAsync(string ownerUid, string keepAddress, long[] keepPorts, CancellationToken cancellationToken = default);
}
