using Crescent.Resources;

namespace Crescent.Grains.Quotas;

/// <summary>
/// Keeps one namespace within its ResourceQuotas; keyed by namespace. Claims take turns, so that two pods created at once cannot both have the
/// last place.
/// </summary>
[Alias("quotas.IQuotaGrain")]
internal interface IQuotaGrain : IGrainWithStringKey
{
    /// <summary>Null when there is room; the claim then counts until its object is seen in the cache, or half a minute.</summary>
    [Alias("Claim")]
    Task<ResourceError?> ClaimAsync(QuotaClaim claim, CancellationToken cancellationToken = default);
}
