using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Identity.AccountTokens;

/// <summary>Keeps the token Secrets of an account; keyed by the account's <c>ResourceKey</c>.</summary>
[GrainType(TypeName)]
internal sealed class AccountTokenReconcilerGrain(AccountTokenReconciler reconciler, ReconcilerRuntime runtime) : ReconcilerGrain(reconciler, runtime)
{
    public const string TypeName = "account-token-reconciler";
}
