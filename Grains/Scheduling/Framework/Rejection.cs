using System.Collections.Immutable;

namespace Crescent.Grains.Scheduling.Framework;

/// <summary>Why a node cannot take a pod. Reasons are Kubernetes' own words; people and tools match on them.</summary>
internal sealed record Rejection(string Plugin, ImmutableArray<string> Reasons)
{
    public Rejection(string plugin, string reason)
        : this(plugin, [reason])
    {
    }
}
