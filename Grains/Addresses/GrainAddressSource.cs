using Crescent.Addresses;
using Crescent.Grains.Mutation.Admission;

namespace Crescent.Grains.Addresses;

/// <summary>Asks the cluster's allocator grain.</summary>
internal sealed class GrainAddressSource(IGrainFactory grains) : IAddressSource
{
    public Task<AddressAllocation> AllocateAsync(AddressRequest request, CancellationToken cancellationToken) =>
        grains.GetGrain<IAddressAllocatorGrain>(IAddressAllocatorGrain.Key).AllocateAsync(request, cancellationToken);
}
