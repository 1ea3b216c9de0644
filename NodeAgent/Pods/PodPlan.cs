using System.Collections.Immutable;

namespace Crescent.NodeAgent.Pods;

/// <summary>What is to be done next.</summary>
internal sealed record PodPlan
{
    public ImmutableArray<PodAction> Actions { get; init; } = [];

    /// <summary>Look again at this time even if nothing happens.</summary>
    public DateTimeOffset? WakeAt { get; init; }

    /// <summary>The pod is ending and none of its containers runs any more.</summary>
    public bool IsEnded { get; init; }
}
