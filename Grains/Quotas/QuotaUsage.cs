using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Crescent.Definitions;
using Crescent.Grains.Mutation.Admission.Limits;
using Crescent.Identity;

namespace Crescent.Grains.Quotas;

/// <summary>What one object takes of a quota, in billionths by quota resource. Pure.</summary>
internal static class QuotaUsage
{
    private static readonly string[] Compute = ["cpu", "memory", "ephemeral-storage"];

    public static Dictionary<string, BigInteger> Of(ResourceType type, JsonElement item)
    {
        var one = new BigInteger(1_000_000_000);
        var usage = new Dictionary<string, BigInteger>(StringComparer.Ordinal) { [$"count/{type}"] = one };
        if (type.Group.Length > 0)
        {
            return usage;
        }

        switch (type.Resource)
        {
            case "pods":
                if (item.Text("status", "phase") is not ("Succeeded" or "Failed"))
                {
                    usage["pods"] = one;
                    AddCompute(item.At("spec"), usage);
                }

                break;
            case "services":
                usage["services"] = one;
                AddService(item.At("spec"), usage);
                break;
            case "persistentvolumeclaims":
                usage["persistentvolumeclaims"] = one;
                AddClaim(item, usage);
                break;
            case "configmaps" or "secrets" or "replicationcontrollers" or "resourcequotas":
                usage[type.Resource] = one;
                break;
        }

        return usage;
    }

    /// <summary>Compute resources each container must name when a quota counts them, with the containers that do not.</summary>
    public static IEnumerable<string> Unspecified(JsonElement pod, IEnumerable<string> counted)
    {
        foreach (var resource in counted.Order(StringComparer.Ordinal))
        {
            var (list, name) = resource.StartsWith("limits.", StringComparison.Ordinal) ? ("limits", resource[7..])
                : resource.StartsWith("requests.", StringComparison.Ordinal) ? ("requests", resource[9..]) : ("requests", resource);
            if (!Compute.Contains(name, StringComparer.Ordinal))
            {
                continue;
            }

            var silent = pod.Items("spec", "containers").Concat(pod.Items("spec", "initContainers"))
                .Where(container => !container.Has("resources", list, name)).Select(static container => container.Text("name")).ToList();
            if (silent.Count > 0)
            {
                yield return $"{resource} for: {string.Join(',', silent)}";
            }
        }
    }

    private static void AddCompute(JsonElement spec, Dictionary<string, BigInteger> usage)
    {
        foreach (var list in (ReadOnlySpan<string>)["requests", "limits"])
        {
            var sum = new Dictionary<string, BigInteger>(StringComparer.Ordinal);
            var sidecars = new Dictionary<string, BigInteger>(StringComparer.Ordinal);
            var peak = new Dictionary<string, BigInteger>(StringComparer.Ordinal);
            foreach (var container in spec.Items("initContainers"))
            {
                var isSidecar = container.Text("restartPolicy") == "Always";
                foreach (var (name, amount) in Amounts(container, list))
                {
                    var beside = sidecars.GetValueOrDefault(name);
                    peak[name] = BigInteger.Max(peak.GetValueOrDefault(name), beside + amount);
                    if (isSidecar)
                    {
                        sidecars[name] = beside + amount;
                    }
                }
            }

            foreach (var (name, amount) in spec.Items("containers").SelectMany(container => Amounts(container, list)).Concat(sidecars.Select(static item => (item.Key, item.Value))))
            {
                sum[name] = sum.GetValueOrDefault(name) + amount;
            }

            foreach (var name in sum.Keys.Union(peak.Keys, StringComparer.Ordinal))
            {
                var total = BigInteger.Max(sum.GetValueOrDefault(name), peak.GetValueOrDefault(name));
                usage[$"{list}.{name}"] = total;
                if (list == "requests" && Compute.Contains(name, StringComparer.Ordinal))
                {
                    usage[name] = total;
                }
            }
        }
    }

    private static IEnumerable<(string Name, BigInteger Amount)> Amounts(JsonElement container, string list) =>
        from member in container.Members("resources", list)
        let amount = Amount.Read(System.Text.Json.Nodes.JsonValue.Create(member.Value))
        where amount is not null
        select (member.Name, amount.Value);

    private static void AddService(JsonElement spec, Dictionary<string, BigInteger> usage)
    {
        var type = spec.Text("type");
        var ports = spec.Items("ports").Count();
        if (type == "LoadBalancer")
        {
            usage["services.loadbalancers"] = 1_000_000_000;
        }

        if (type == "NodePort" || (type == "LoadBalancer" && spec.At("allocateLoadBalancerNodePorts").ValueKind != JsonValueKind.False))
        {
            usage["services.nodeports"] = new BigInteger(ports) * 1_000_000_000;
        }
    }

    private static void AddClaim(JsonElement claim, Dictionary<string, BigInteger> usage)
    {
        var storage = Amounts(claim.At("spec"), "requests").Where(static item => item.Name == "storage").Select(static item => item.Amount).FirstOrDefault();
        usage["requests.storage"] = storage;
        if (claim.Text("spec", "storageClassName") is { Length: > 0 } name)
        {
            usage[string.Create(CultureInfo.InvariantCulture, $"{name}.storageclass.storage.k8s.io/requests.storage")] = storage;
            usage[$"{name}.storageclass.storage.k8s.io/persistentvolumeclaims"] = 1_000_000_000;
        }
    }
}
