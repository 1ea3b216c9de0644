using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>Services.</summary>
internal static class ServiceValidation
{
    public static void Validate(JsonObject service, Problems problems)
    {
        var spec = service.Object("spec");
        var type = spec.Text("type");
        problems.OneOf(spec, "type", "spec", "ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
        problems.OneOf(spec, "sessionAffinity", "spec", "ClientIP", "None");
        problems.OneOf(spec, "internalTrafficPolicy", "spec", "Cluster", "Local");
        problems.OneOf(spec, "externalTrafficPolicy", "spec", "Cluster", "Local");
        MetadataValidation.Labels(spec.Object("selector"), "spec.selector", problems);
        var address = spec.Text("clusterIP");
        if (type == "ExternalName")
        {
            ExternalName(spec, address, problems);
        }
        else if (spec.Array("ports") is not { Count: > 0 } && address != "None")
        {
            problems.Required("spec.ports");
        }

        if (address == "None" && type is "NodePort" or "LoadBalancer")
        {
            problems.Invalid("spec.clusterIPs[0]", "None", $"may not be set to 'None' for {type} services");
        }
        else if (address is not ("" or "None") && !AddressText.TryParse(address, out _))
        {
            problems.Invalid("spec.clusterIPs[0]", address, AddressText.AddressMessage);
        }

        if (spec.Array("clusterIPs") is { Count: > 0 } addresses && address.Length > 0 && addresses[0].AsText() != address)
        {
            problems.Invalid("spec.clusterIPs", addresses.DeepClone(), "first value must match `clusterIP`");
        }

        if (spec.Has("externalTrafficPolicy") && type is not ("NodePort" or "LoadBalancer") && spec.Array("externalIPs") is not { Count: > 0 })
        {
            problems.Invalid("spec.externalTrafficPolicy", spec.Text("externalTrafficPolicy"), "may only be set for externally-accessible services");
        }

        Outside(spec, type, problems);
        Ports(spec, type, problems);
        if (spec.Object("sessionAffinityConfig", "clientIP").Integer("timeoutSeconds") is { } timeout && timeout is < 1 or > 86400)
        {
            problems.Invalid("spec.sessionAffinityConfig.clientIP.timeoutSeconds", spec.Object("sessionAffinityConfig", "clientIP").Integer("timeoutSeconds"), "must be greater than 0 and less than 86400");
        }
    }

    /// <summary>The address of a service that keeps needing one stays.</summary>
    public static void Update(JsonObject updated, JsonObject old, Problems problems)
    {
        var (spec, oldSpec) = (updated.Object("spec"), old.Object("spec"));
        if (oldSpec.Text("type") != "ExternalName" && spec.Text("type") != "ExternalName"
            && oldSpec.Text("clusterIP") is { Length: > 0 } before && spec.Text("clusterIP") != before)
        {
            problems.Invalid("spec.clusterIPs[0]", new JsonArray(spec.Text("clusterIP")), "may not change once set");
        }

        if (spec.Text("type") == "LoadBalancer" && oldSpec.Text("type") == "LoadBalancer" && !spec!["loadBalancerClass"].SameAs(oldSpec!["loadBalancerClass"]))
        {
            problems.Invalid("spec.loadBalancerClass", spec["loadBalancerClass"]?.DeepClone(), "may not change once set");
        }

        if (NeedsHealthPort(spec) && NeedsHealthPort(oldSpec) && (oldSpec.Integer("healthCheckNodePort") ?? 0) != 0)
        {
            problems.Immutable(spec, oldSpec, "healthCheckNodePort", "spec");
        }
    }

    private static bool NeedsHealthPort(JsonObject? spec) => spec.Text("type") == "LoadBalancer" && spec.Text("externalTrafficPolicy") == "Local";

    /// <summary>How the service is reached from outside.</summary>
    private static void Outside(JsonObject? spec, string type, Problems problems)
    {
        var index = 0;
        foreach (var address in spec.Texts("externalIPs"))
        {
            AddressText.Endpoint(address, $"spec.externalIPs[{index++}]", problems);
        }

        foreach (var name in (ReadOnlySpan<string>)["allocateLoadBalancerNodePorts", "loadBalancerSourceRanges", "loadBalancerClass"])
        {
            if (spec.Has(name) && type != "LoadBalancer")
            {
                problems.Forbidden($"spec.{name}", "may only be used when `type` is 'LoadBalancer'");
            }
        }

        index = 0;
        foreach (var block in spec.Texts("loadBalancerSourceRanges").Select(static block => block.Trim()))
        {
            AddressText.Block(block, $"spec.loadBalancerSourceRanges[{index++}]", problems);
        }

        if (spec.Text("loadBalancerClass") is { Length: > 0 } className && NameRules.QualifiedName(className) is { } problem)
        {
            problems.Invalid("spec.loadBalancerClass", className, problem);
        }

        if ((spec.Integer("healthCheckNodePort") ?? 0) != 0 && !NeedsHealthPort(spec))
        {
            problems.Invalid(
                "spec.healthCheckNodePort", spec.Integer("healthCheckNodePort"), "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
        }

        problems.OneOf(spec, "trafficDistribution", "spec", "PreferClose", "PreferSameNode", "PreferSameZone");
    }

    private static void ExternalName(JsonObject? spec, string address, Problems problems)
    {
        if (address.Length > 0)
        {
            problems.Forbidden("spec.clusterIPs", "may not be set for ExternalName services");
        }

        var name = spec.Text("externalName");
        if (name.Length == 0)
        {
            problems.Required("spec.externalName");
        }
        else if (NameRules.Subdomain(name.TrimEnd('.')) is { } problem)
        {
            problems.Invalid("spec.externalName", name, problem);
        }
    }

    private static void Ports(JsonObject? spec, string type, Problems problems)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var taken = new HashSet<(string, long)>();
        var nodePorts = new HashSet<(string, long)>();
        var count = spec.Array("ports")?.Count ?? 0;
        var index = 0;
        foreach (var port in spec.Objects("ports"))
        {
            var at = $"spec.ports[{index++}]";
            var name = port.Text("name");
            if (name.Length == 0 && count > 1)
            {
                problems.Required($"{at}.name");
            }
            else if (name.Length > 0 && NameRules.Label(name) is { } problem)
            {
                problems.Invalid($"{at}.name", name, problem);
            }
            else if (name.Length > 0 && !names.Add(name))
            {
                problems.Duplicate($"{at}.name", name);
            }

            if (port.Integer("port") is null)
            {
                problems.Required($"{at}.port");
            }

            ContainerValidation.Port(port, "port", at, problems);
            ContainerValidation.Port(port, "targetPort", at, problems);
            if (port.Text("targetPort") is { Length: > 0 } target && NameRules.PortName(target) is { } targetProblem)
            {
                problems.Invalid($"{at}.targetPort", target, targetProblem);
            }

            problems.OneOf(port, "protocol", at, "SCTP", "TCP", "UDP");
            if (port.Integer("port") is { } number && !taken.Add((port.Text("protocol"), number)))
            {
                problems.Duplicate(at, new JsonObject { ["protocol"] = port.Text("protocol"), ["port"] = number });
            }

            if (port.Integer("nodePort") is > 0 and var nodePort)
            {
                if (type is not ("NodePort" or "LoadBalancer"))
                {
                    problems.Forbidden($"{at}.nodePort", "may not be used when `type` is 'ClusterIP'");
                }
                else if (!nodePorts.Add((port.Text("protocol"), nodePort)))
                {
                    problems.Duplicate($"{at}.nodePort", nodePort);
                }
            }
        }
    }
}
