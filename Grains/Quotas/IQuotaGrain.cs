using Crescent.Resources;
using Orleans.Concurrency;

namespace Crescent.Grains.Quotas;

/// <summary>
/// Keeps one namespace within its ResourceQuotas; keyed by namespace. Claims are judged one after the other, so that two pods created at once cannot
/// both have the last place.
/// </summary>
[Alias("quotas.IQuotaGrain")]
internal interface IQuotaGrain : IGrainWithStringKey
{
    /// <summary>Null when there is room; the claim then counts until its object is seen in a later state, or half a minute.</summary>
    [Alias("Claim"), AlwaysInterleave, ResponseTimeout("00:00:05")]
    Task<ResourceError?> ClaimAsync(QuotaClaim claim, CancellationToken cancellationToken = default);
}
