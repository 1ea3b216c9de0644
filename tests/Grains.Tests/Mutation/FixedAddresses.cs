using Crescent.Addresses;
using Crescent.Grains.Addresses;
using Crescent.Grains.Mutation.Admission;

namespace Crescent.Grains.Tests.Mutation;

/// <summary>The real planner over a set that is never stored.</summary>
internal sealed class FixedAddresses : IAddressSource
{
    private readonly AddressPlanner _planner = new(new());
    private readonly Dictionary<string, AddressHolder> _holders = new(StringComparer.Ordinal);

    public Task<AddressAllocation> AllocateAsync(AddressRequest request, CancellationToken cancellationToken)
    {
        var plan = _planner.Plan(request, _holders, start: 0);
        if (plan.IsGranted && !request.IsDryRun)
        {
            foreach (var key in plan.NodePorts.Select(static port => $"{port}").Append(plan.Address).Where(static key => key.Length > 0))
            {
                _holders[key] = new() { Owner = request.Owner, OwnerUid = request.OwnerUid };
            }
        }

        return Task.FromResult(plan);
    }
}
