using k8s.Models;

namespace Crescent.NodeAgent.Pods;

/// <summary>
/// Quality of service of a pod, see <see href="https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/">QoS classes</see>.
/// </summary>
internal static class QosClass
{
    public const string Guaranteed = "Guaranteed";
    public const string Burstable = "Burstable";
    public const string BestEffort = "BestEffort";

    private static readonly string[] Counted = ["cpu", "memory"];

    public static string Of(V1Pod pod)
    {
        if (pod.Status?.QosClass is { Length: > 0 } stored)
        {
            return stored;
        }

        var any = false;
        var guaranteed = true;
        foreach (var container in pod.Spec.Containers.Concat(pod.InitContainers()))
        {
            foreach (var resource in Counted)
            {
                var limit = Amount(container.Resources?.Limits, resource);
                var request = Amount(container.Resources?.Requests, resource) ?? limit;
                any |= limit is > 0 || request is > 0;
                guaranteed &= limit is > 0 && request == limit;
            }
        }

        return !any ? BestEffort : guaranteed ? Guaranteed : Burstable;
    }

    private static decimal? Amount(IDictionary<string, ResourceQuantity>? amounts, string resource) =>
        amounts is not null && amounts.TryGetValue(resource, out var quantity) ? quantity.ToDecimal() : null;
}
