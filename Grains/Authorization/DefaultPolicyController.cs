using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Grains.Authorization;

/// <summary>Looks again at the start of every silo, and when a namespace the defaults live in appears or a default object goes.</summary>
internal sealed class DefaultPolicyController : IController
{
    private const string Key = "cluster";

    private static readonly HashSet<ResourceKey> Kept =
        [.. DefaultPolicy.Roles.Select(static role => role.Key), .. DefaultPolicy.Bindings.Select(static binding => binding.Key)];

    public GrainType GrainType { get; } = GrainType.Create(DefaultPolicyReconcilerGrain.TypeName);

    public void Route(ResourceChange change, NudgeBatch nudges)
    {
        var key = change.Current.Key;
        if ((change.Kind == ResourceEventKind.Added && key.Type == KnownTypes.Namespaces && key.Name is "kube-system" or "kube-public")
            || (change.Kind == ResourceEventKind.Deleted && Kept.Contains(key)))
        {
            nudges.Add(GrainType, Key, change);
        }
    }

    public ValueTask SweepAsync(NudgeBatch nudges, CancellationToken cancellationToken)
    {
        nudges.Add(GrainType, Key);
        return ValueTask.CompletedTask;
    }
}
