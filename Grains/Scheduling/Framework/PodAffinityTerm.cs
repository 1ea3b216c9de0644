using System.Collections.Immutable;
using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Workloads;

namespace Crescent.Grains.Scheduling.Framework;

/// <summary>
/// A term of <see href="https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity">
/// pod (anti-)affinity</see>: pods of these namespaces and labels, seen per value of a node label.
/// </summary>
internal sealed record PodAffinityTerm(LabelSelector? Selector, ImmutableArray<string> Namespaces, bool IsAllNamespaces, string TopologyKey, int Weight)
{
    /// <param name="term">PodAffinityTerm.</param>
    /// <param name="ownNamespace">Of the pod that says it: the default.</param>
    /// <param name="weight">Of a preferred term.</param>
    public static PodAffinityTerm Parse(JsonElement term, string ownNamespace, int weight = 0)
    {
        ImmutableArray<string> namespaces = [.. term.At("namespaces").Items().Select(static item => item.Text() ?? "")];
        var namespaceSelector = LabelSelector.Parse(term.At("namespaceSelector"));
        return new(
            LabelSelector.Parse(term.At("labelSelector")),
            namespaces.IsEmpty && namespaceSelector is null ? [ownNamespace] : namespaces,
            namespaceSelector is { IsEmpty: true },
            term.At("topologyKey").Text() ?? "", weight);
    }

    public bool Matches(PodInfo pod) =>
        (IsAllNamespaces || Namespaces.Contains(pod.Key.Namespace, StringComparer.Ordinal)) && Selector is not null && Selector.Matches(pod.Labels);
}
