using System.Text.Json;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Quotas;

/// <summary>Judges claims one after the other on a consistent state and the claims that are not visible in it yet.</summary>
[GrainType("quota")]
internal sealed class QuotaGrain(IResourceCaches caches, TimeProvider time) : Grain, IQuotaGrain
{
    /// <summary>A claim whose object has not shown up by then was not committed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Dictionary<string, (ResourceKey Key, QuotaShare Share, long At)> _pending = new(StringComparer.Ordinal);

    public async Task<ResourceError?> ClaimAsync(QuotaClaim claim, CancellationToken cancellationToken = default)
    {
        var ns = claim.Key.Namespace;
        var quotas = (await caches.Get(QuotaAdmission.Quotas).GetConsistentAsync(cancellationToken)).Enumerate(ns).Select(QuotaFacts.Read).ToList();
        if (quotas.Count == 0)
        {
            return null;
        }

        var view = await caches.Get(claim.Key.Type).GetConsistentAsync(cancellationToken);
        Settle(view);
        var others = view.Enumerate(ns).Where(item => item.Key != claim.Key).Select(QuotaShare.Of)
            .Concat(_pending.Values.Where(item => item.Key.Type == claim.Key.Type && item.Key != claim.Key).Select(static item => item.Share)).ToList();
        var refusal = QuotaPlanner.Judge(quotas, claim.Key, JsonElement.Parse(claim.Body), others);
        if (refusal is null && !claim.IsDryRun)
        {
            _pending[claim.Uid] = (claim.Key, QuotaShare.Of(claim.Key.Type, claim.Body), time.GetTimestamp());
        }

        return refusal;
    }

    private void Settle(IResourceView view)
    {
        foreach (var (uid, item) in _pending.ToList())
        {
            if (time.GetElapsedTime(item.At) > Patience || (view.TryGet(item.Key.Namespace, item.Key.Name, out var seen) && seen.Uid == uid))
            {
                _pending.Remove(uid);
            }
        }
    }
}
