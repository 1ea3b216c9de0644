using Crescent.Authentication;
using Crescent.Definitions;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Identity.AccountTokens;

/// <summary>An account looks again when it is touched and when a token Secret that names it is.</summary>
internal sealed class AccountTokenController(IResourceCaches caches)
    : KindController(caches, AccountTokenReconcilerGrain.TypeName, KnownTypes.ServiceAccounts)
{
    protected override bool TidiesUp => true;

    public override async ValueTask SweepAsync(NudgeBatch nudges, CancellationToken cancellationToken)
    {
        await base.SweepAsync(nudges, cancellationToken);
        foreach (var secret in (await Caches.Get(KnownTypes.Secrets).GetConsistentAsync(cancellationToken)).Enumerate().Where(AccountTokenSecret.Is))
        {
            nudges.Add(GrainType, AccountOf(secret));
        }
    }

    protected override void RouteOther(ResourceChange change, NudgeBatch nudges)
    {
        if (AccountTokenSecret.Is(change.Current))
        {
            nudges.Add(GrainType, AccountOf(change.Current), change);
        }
    }

    private static ResourceKey AccountOf(ResourceSnapshot secret) => new(
        KnownTypes.ServiceAccounts, secret.Key.Namespace, secret.View().Text("metadata", "annotations", AccountTokenSecret.AccountAnnotation));
}
