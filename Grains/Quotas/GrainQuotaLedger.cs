using Crescent.Resources;

namespace Crescent.Grains.Quotas;

internal sealed class GrainQuotaLedger(IGrainFactory grains) : IQuotaLedger
{
    public Task<ResourceError?> ClaimAsync(QuotaClaim claim, CancellationToken cancellationToken) =>
        grains.GetGrain<IQuotaGrain>(claim.Key.Namespace).ClaimAsync(claim, cancellationToken);
}
