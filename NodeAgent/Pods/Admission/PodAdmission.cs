using Crescent.Scheduling;

namespace Crescent.NodeAgent.Pods.Admission;

/// <summary>
/// Whether a node takes a pod that was bound to it. The scheduler's rules once more, for pods that came past it; reasons and messages are
/// <see href="https://kubernetes.io/docs/reference/node/kubelet-pod-rejection/">kubelet's</see>. Pure.
/// </summary>
internal static class PodAdmission
{
    /// <summary>Pods run in Linux containers, also where the agent is on another system.</summary>
    private const string NodeOs = "linux";

    /// <summary>Null when the pod may run, else the first thing that is in its way.</summary>
    /// <param name="pod">The new pod.</param>
    /// <param name="others">Pods that the node has taken and that have not ended.</param>
    /// <param name="node">The node.</param>
    public static Rejection? Judge(PodClaims pod, IReadOnlyCollection<PodClaims> others, NodeOffer node)
    {
        if (pod.Os.Length > 0 && pod.Os != NodeOs)
        {
            return new("PodOSNotSupported", "Failed to admit pod as the OS field doesn't match node OS");
        }

        return FindShortage(pod, others, node) is { } shortage
            ? new(
                $"OutOf{shortage.Name}",
                $"Node didn't have enough resource: {shortage.Name}, requested: {shortage.Requested}, used: {shortage.Used}, capacity: {shortage.Capacity}")
            : node.Labels is { } labels && !Matches(pod, node.Name, labels)
                ? Failed("NodeAffinity", "node(s) didn't match Pod's node affinity/selector")
                : pod.HostPorts.Any(wanted => others.Any(other => other.HostPorts.Any(wanted.ConflictsWith)))
                    ? Failed("NodePorts", "node(s) didn't have free ports for the requested pod ports")
                    : null;
    }

    private static ResourceShortage? FindShortage(PodClaims pod, IReadOnlyCollection<PodClaims> others, NodeOffer node)
    {
        var taken = new ResourceAmounts();
        foreach (var other in others)
        {
            taken.Add(other.Requests);
        }

        foreach (var shortage in ResourceFit.FindShortages(pod.Requests, node.Allocatable, taken, others.Count))
        {
            if (!IsOfDevice(shortage.Name) || node.Allocatable.Has(shortage.Name))
            {
                return shortage;
            }
        }

        return null;
    }

    /// <summary>An extended resource: <c>nvidia.com/gpu</c>.</summary>
    private static bool IsOfDevice(string resource) =>
        resource.Contains('/', StringComparison.Ordinal) && !resource.Contains("kubernetes.io/", StringComparison.Ordinal);

    private static bool Matches(PodClaims pod, string nodeName, IReadOnlyDictionary<string, string> labels) =>
        pod.NodeSelector.All(wanted => labels.TryGetValue(wanted.Key, out var value) && value == wanted.Value)
        && (pod.NodeTerms.IsDefault || pod.NodeTerms.Any(term => term.Matches(labels, nodeName)));

    private static Rejection Failed(string predicate, string why) => new(predicate, $"Predicate {predicate} failed: {why}");
}
