using System.Collections.Immutable;
using Crescent.Resources;

namespace Crescent.Grains.Mutation.Admission;

/// <summary>
/// The admission plugins in <see href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/">Kubernetes' order</see>.
/// The first refusal ends it.
/// </summary>
internal sealed class AdmissionChain(IEnumerable<IAdmission> plugins)
{
    private readonly ImmutableArray<IAdmission> _plugins = [.. plugins];

    public async ValueTask<ResourceError?> MutateAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        foreach (var plugin in _plugins)
        {
            if (await plugin.MutateAsync(request, cancellationToken) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    public async ValueTask<ResourceError?> CheckAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        foreach (var plugin in _plugins)
        {
            if (await plugin.CheckAsync(request, cancellationToken) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }
}
