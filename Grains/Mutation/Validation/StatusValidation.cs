using System.Globalization;
using System.Text.Json.Nodes;
using Crescent.Schema;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>What a client may write into the status of pods, nodes, namespaces and the kinds with amounts in it.</summary>
internal static class StatusValidation
{
    public static void Pod(JsonObject pod, JsonObject old, Problems problems)
    {
        var (status, before) = (pod.Object("status"), old.Object("status"));
        var index = 0;
        foreach (var type in status.Objects("conditions").Select(static condition => condition.Text("type")))
        {
            if (type is not ("PodScheduled" or "Ready" or "Initialized") && NameRules.QualifiedName(type) is { } problem)
            {
                problems.Invalid($"metadata.conditions[{index}].Type", type, problem);
            }

            index++;
        }

        if (status.Text("nominatedNodeName") is { Length: > 0 } node && node != before.Text("nominatedNodeName") && NameRules.Subdomain(node) is { } wrong)
        {
            problems.Invalid("status.nominatedNodeName", node, wrong);
        }

        problems.Immutable(status, before, "qosClass", "status");
        foreach (var (list, policy) in (ReadOnlySpan<(string, string)>)[
            ("containerStatuses", old.Object("spec").Text("restartPolicy")), ("ephemeralContainerStatuses", "Never")])
        {
            Transitions(status, before, list, policy, problems);
        }

        Addresses(status, "podIPs", problems);
        Addresses(status, "hostIPs", problems);
    }

    public static void Node(JsonObject node, JsonObject old, Problems problems)
    {
        var status = node.Object("status");
        Amounts(status, "capacity", problems);
        Amounts(status, "allocatable", problems);
        var seen = new HashSet<(string, string)>();
        var index = 0;
        foreach (var address in status.Objects("addresses"))
        {
            if (!seen.Add((address.Text("type"), address.Text("address"))))
            {
                problems.Duplicate($"status.addresses[{index}]", address.DeepClone());
            }

            index++;
        }
    }

    public static void Namespace(JsonObject item, JsonObject old, Problems problems)
    {
        var (isGoing, phase) = (item.Object("metadata").Has("deletionTimestamp"), item.Object("status").Text("phase"));
        if (!isGoing && phase != "Active")
        {
            problems.Invalid("status.Phase", phase, "may only be 'Active' if `deletionTimestamp` is empty");
        }
        else if (isGoing && phase != "Terminating")
        {
            problems.Invalid("status.Phase", phase, "may only be 'Terminating' if `deletionTimestamp` is not empty");
        }
    }

    public static void Quota(JsonObject quota, JsonObject old, Problems problems)
    {
        Amounts(quota.Object("status"), "hard", problems);
        Amounts(quota.Object("status"), "used", problems);
    }

    public static void Claim(JsonObject claim, JsonObject old, Problems problems) => Amounts(claim.Object("status"), "capacity", problems);

    public static void Service(JsonObject service, JsonObject old, Problems problems)
    {
        var ingresses = service.Object("status", "loadBalancer");
        if (service.Object("spec").Text("type") != "LoadBalancer" && ingresses.Array("ingress") is { Count: > 0 })
        {
            problems.Forbidden("status.loadBalancer.ingress", "may only be used when `spec.type` is 'LoadBalancer'");
            return;
        }

        Ingresses(ingresses, problems);
        var index = 0;
        foreach (var ingress in ingresses.Objects("ingress"))
        {
            if (ingress.Has("ipMode") && ingress.Text("ip").Length == 0)
            {
                problems.Forbidden($"status.loadBalancer.ingress[{index}].ipMode", "may not be specified when `ip` is not set");
            }

            problems.OneOf(ingress, "ipMode", $"status.loadBalancer.ingress[{index++}]", "Proxy", "VIP");
        }
    }

    public static void Ingress(JsonObject ingress, JsonObject old, Problems problems) => Ingresses(ingress.Object("status", "loadBalancer"), problems);

    private static void Ingresses(JsonObject? balancer, Problems problems)
    {
        var index = 0;
        foreach (var ingress in balancer.Objects("ingress"))
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"status.loadBalancer.ingress[{index++}]");
            if (ingress.Text("ip") is { Length: > 0 } address)
            {
                AddressText.Address(address, $"{at}.ip", problems);
            }

            if (ingress.Text("hostname") is { Length: > 0 } host && NameRules.Subdomain(host) is { } problem)
            {
                problems.Invalid($"{at}.hostname", host, problem);
            }
        }
    }

    private static void Amounts(JsonObject? status, string list, Problems problems)
    {
        foreach (var (name, value) in status.Object(list) ?? [])
        {
            if (QuantityText.TryParseNano(value.AsText(), out var amount) && amount.Sign < 0)
            {
                problems.Invalid($"status.{list}[{name}]", value!.DeepClone(), "must be greater than or equal to 0");
            }
        }
    }

    // A container that has ended and is not to be started again does not come back.
    private static void Transitions(JsonObject? status, JsonObject? before, string list, string policy, Problems problems)
    {
        if (policy is "Always" or "")
        {
            return;
        }

        var now = status.Objects(list).ToLookup(static container => container.Text("name"), StringComparer.Ordinal);
        var index = 0;
        foreach (var container in before.Objects(list))
        {
            var ended = container.Object("state", "terminated");
            var mayRestart = policy == "OnFailure" && (ended.Integer("exitCode") ?? 0) != 0;
            if (ended is not null && !mayRestart && now[container.Text("name")].Any(static same => same.Object("state", "terminated") is null))
            {
                problems.Forbidden($"status.{list}[{index}].state", "may not be transitioned to non-terminated state");
            }

            index++;
        }
    }

    private static void Addresses(JsonObject? status, string list, Problems problems)
    {
        var index = 0;
        foreach (var address in status.Objects(list).Select(static item => item.Text("ip")))
        {
            AddressText.Address(address, $"status.{list}[{index++}]", problems);
        }
    }
}
