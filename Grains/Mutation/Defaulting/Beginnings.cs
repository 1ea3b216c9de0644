using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Defaulting;

/// <summary>What the server itself puts into a new object, and what an update inherits when the client leaves it out.</summary>
internal static class Beginnings
{
    /// <summary>A status in which these counters stand at zero.</summary>
    public static Action<JsonObject> Counted(params string[] counters) => item =>
        item["status"] = new JsonObject(counters.Select(static name => KeyValuePair.Create(name, (JsonNode?)JsonValue.Create(0))));

    /// <summary>A status that begins with a phase.</summary>
    public static Action<JsonObject> Phase(string phase) => item => item["status"] = new JsonObject { ["phase"] = phase };

    /// <summary>As <see cref="Phase"/>, with a finalizer that protects the object while it is in use.</summary>
    public static Action<JsonObject> Protected(string phase, string finalizer) => item =>
    {
        item["status"] = new JsonObject { ["phase"] = phase };
        var metadata = item.Ensure("metadata");
        var finalizers = metadata.Texts("finalizers").ToList();
        if (!finalizers.Contains(finalizer, StringComparer.Ordinal))
        {
            metadata["finalizers"] = new JsonArray([.. finalizers.Append(finalizer).Select(static name => (JsonNode?)name)]);
        }
    };

    public static void Namespace(JsonObject item)
    {
        // The namespace lives until the server has emptied it.
        var spec = item.Ensure("spec");
        if (!spec.Texts("finalizers").Contains("kubernetes", StringComparer.Ordinal))
        {
            spec["finalizers"] = new JsonArray([.. spec.Texts("finalizers").Append("kubernetes").Select(static name => (JsonNode)JsonValue.Create(name))]);
        }

        item["status"] = new JsonObject { ["phase"] = "Active" };
    }

    /// <summary>spec.finalizers change only through the finalize subresource.</summary>
    public static void CarryNamespace(JsonObject item, JsonObject old) => item.CopyFrom(old, "spec");

    public static void Pod(JsonObject pod) =>
        pod["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = PodQuality.ClassOf(pod.Object("spec")) };

    public static void Service(JsonObject service) => service["status"] = new JsonObject { ["loadBalancer"] = new JsonObject() };

    /// <summary>Allocated addresses and node ports stay when an update does not speak of them.</summary>
    public static void CarryService(JsonObject service, JsonObject old)
    {
        var (spec, oldSpec) = (service.Ensure("spec"), old.Object("spec"));
        var (type, oldType) = (spec.Text("type"), oldSpec.Text("type"));
        FollowAddress(spec, oldSpec);
        if (oldType == "ExternalName")
        {
            return;
        }

        if (type == "ExternalName")
        {
            DropUnchanged(spec, oldSpec, "clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy");
            DropNodePorts(spec, oldSpec);
            return;
        }

        foreach (var name in (ReadOnlySpan<string>)["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"])
        {
            if (!spec.Has(name))
            {
                spec.CopyFrom(oldSpec, name);
            }
        }

        if (oldType == "LoadBalancer" && type != oldType)
        {
            DropUnchanged(spec, oldSpec, "allocateLoadBalancerNodePorts", "loadBalancerClass", "healthCheckNodePort");
        }

        if (type is not ("NodePort" or "LoadBalancer"))
        {
            if (oldType is "NodePort" or "LoadBalancer")
            {
                DropNodePorts(spec, oldSpec);
            }

            return;
        }

        foreach (var port in spec.Objects("ports").Where(static port => !port.Has("nodePort")))
        {
            var before = oldSpec.Objects("ports").FirstOrDefault(candidate =>
                candidate["port"].SameAs(port["port"]) && (port.Text("protocol").Length == 0 || candidate.Text("protocol") == port.Text("protocol")));
            if (before?["nodePort"] is { } nodePort)
            {
                port["nodePort"] = nodePort.DeepClone();
            }
        }
    }

    /// <summary>Clients that know <c>clusterIP</c> alone change that, and hand back the list as they found it.</summary>
    private static void FollowAddress(JsonObject spec, JsonObject? oldSpec)
    {
        var address = spec.Text("clusterIP");
        if (!spec.Has("clusterIPs") || address == oldSpec.Text("clusterIP") || !spec["clusterIPs"].SameAs(oldSpec?["clusterIPs"]))
        {
            return;
        }

        if (address.Length == 0)
        {
            spec.Remove("clusterIPs");
        }
        else
        {
            spec["clusterIPs"] = new JsonArray(address);
        }
    }

    // Turning a service back to ClusterIP without touching its ports gives the node ports up.
    private static void DropNodePorts(JsonObject spec, JsonObject? oldSpec)
    {
        var before = oldSpec.Objects("ports").Select(static port => port.Integer("nodePort")).ToHashSet();
        foreach (var port in spec.Objects("ports").Where(port => before.Contains(port.Integer("nodePort"))))
        {
            port.Remove("nodePort");
        }

        spec.Remove("externalTrafficPolicy");
    }

    private static void DropUnchanged(JsonObject spec, JsonObject? oldSpec, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (spec[name].SameAs(oldSpec?[name]))
            {
                spec.Remove(name);
            }
        }
    }
}
