using System.Collections.Immutable;
using Crescent.Scheduling;
using k8s.Models;

namespace Crescent.NodeAgent.Pods.Admission;

/// <summary>What a pod asks of its node, with the rules the scheduler has for it.</summary>
internal sealed record PodClaims
{
    public required ResourceAmounts Requests { get; init; }

    public ImmutableArray<HostPort> HostPorts { get; init; } = [];

    public ImmutableDictionary<string, string> NodeSelector { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Required node affinity: one term must match; default when there is none.</summary>
    public ImmutableArray<NodeSelectorTerm> NodeTerms { get; init; }

    /// <summary><c>spec.os.name</c>; empty for any.</summary>
    public string Os { get; init; } = "";

    public static PodClaims Of(V1Pod pod) => new()
    {
        Requests = ResourceAmounts.OfPod(
            pod.Spec.Containers.Select(static container => Amounts(container.Resources?.Requests)),
            pod.InitContainers().Select(static container => (Amounts(container.Resources?.Requests), container.IsSidecar())),
            Amounts(pod.Spec.Overhead)),
        HostPorts =
        [
            .. pod.Spec.Containers.SelectMany(static container => container.Ports ?? [])
                .Where(static port => port.HostPort is > 0)
                .Select(static port => HostPort.Of(port.HostIP, port.Protocol, port.HostPort ?? 0)),
        ],
        NodeSelector = (pod.Spec.NodeSelector ?? ImmutableDictionary<string, string>.Empty).ToImmutableDictionary(StringComparer.Ordinal),
        NodeTerms = pod.Spec.Affinity?.NodeAffinity?.RequiredDuringSchedulingIgnoredDuringExecution is { } required
            ? [.. required.NodeSelectorTerms.Select(static term => new NodeSelectorTerm(Requirements(term.MatchExpressions), Requirements(term.MatchFields)))]
            : default,
        Os = pod.Spec.Os?.Name ?? "",
    };

    private static ResourceAmounts Amounts(IDictionary<string, ResourceQuantity>? list)
    {
        var amounts = new ResourceAmounts();
        foreach (var (name, quantity) in list ?? ImmutableDictionary<string, ResourceQuantity>.Empty)
        {
            amounts.Set(name, quantity.ToString());
        }

        return amounts;
    }

    private static ImmutableArray<NodeRequirement> Requirements(IList<V1NodeSelectorRequirement>? list) =>
        [.. (list ?? []).Select(static item => new NodeRequirement(item.Key, item.OperatorProperty, [.. item.Values ?? []]))];
}
