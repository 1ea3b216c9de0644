using System.Collections.Immutable;
using Crescent.Definitions;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Ownership;

/// <summary>Asks owners how they stand, each once per run.</summary>
internal sealed class OwnerCourt(ResourceCatalog catalog, ReconcileContext context)
{
    private readonly Dictionary<ResourceKey, Task<ResourceSnapshot?>> _asked = [];

    public async Task<Dictionary<OwnerReference, OwnerState>> AskAsync(
        ImmutableArray<OwnerReference> references, string ns, CancellationToken cancellationToken)
    {
        var states = new Dictionary<OwnerReference, OwnerState>();
        foreach (var reference in references)
        {
            states[reference] = await AskAsync(reference, ns, cancellationToken);
        }

        return states;
    }

    private async Task<OwnerState> AskAsync(OwnerReference reference, string ns, CancellationToken cancellationToken)
    {
        if (OwnerReferences.KeyOf(reference, ns, catalog) is not { } key)
        {
            return OwnerState.Present;
        }

        if (!_asked.TryGetValue(key, out var asking))
        {
            _asked[key] = asking = context.GetLiveAsync(key, cancellationToken);
        }

        var owner = await asking;
        if (owner is null || owner.Uid != reference.Uid)
        {
            return OwnerState.Absent;
        }

        return reference.BlocksOwnerDeletion && Finalizers.Has(owner, Finalizers.Foreground) ? OwnerState.WaitsForDependents : OwnerState.Present;
    }
}
