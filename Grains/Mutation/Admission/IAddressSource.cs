using Crescent.Addresses;

namespace Crescent.Grains.Mutation.Admission;

/// <summary>Where service admission gets addresses from.</summary>
internal interface IAddressSource
{
    Task<AddressAllocation> AllocateAsync(AddressRequest request, CancellationToken cancellationToken);
}
