using Crescent.Authentication;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Grains.Bootstrap.Tokens;

/// <summary>One look at all bootstrap tokens and at <c>cluster-info</c> whenever one of them changes; there are a handful.</summary>
internal sealed class BootstrapTokenController : IController
{
    private const string Key = "cluster";

    public GrainType GrainType { get; } = GrainType.Create(BootstrapTokenReconcilerGrain.TypeName);

    public void Route(ResourceChange change, NudgeBatch nudges)
    {
        var key = change.Current.Key;
        if (BootstrapToken.IsNamedLikeOne(key) || key == ClusterInfo.Key
            || (change.Kind == ResourceEventKind.Added && key.Type == KnownTypes.Namespaces && key.Name == ClusterInfo.Key.Namespace))
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
