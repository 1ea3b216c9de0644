using Crescent.Resources;

namespace Crescent.Grains.Quotas;

/// <summary>Where admission asks whether a namespace has room.</summary>
internal interface IQuotaLedger
{
    /// <summary>Null when there is room.</summary>
    Task<ResourceError?> ClaimAsync(QuotaClaim claim, CancellationToken cancellationToken);
}
