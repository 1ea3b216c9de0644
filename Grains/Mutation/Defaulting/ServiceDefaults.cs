using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Defaulting;

/// <summary>Defaults of services; addresses and node ports are allocated by admission.</summary>
internal static class ServiceDefaults
{
    public static void Apply(JsonObject service)
    {
        var spec = service.Ensure("spec");
        spec.Default("sessionAffinity", "None");
        if (spec.Text("sessionAffinity") == "ClientIP")
        {
            spec.Ensure("sessionAffinityConfig").Ensure("clientIP").Default("timeoutSeconds", 10800);
        }
        else
        {
            spec.Remove("sessionAffinityConfig");
        }

        spec.Default("type", "ClusterIP");
        foreach (var port in spec.Objects("ports"))
        {
            port.Default("protocol", "TCP");
            if ((port["targetPort"] is null || port["targetPort"]!.ToJsonString() is "0" or "\"\"") && port["port"] is { } number)
            {
                port["targetPort"] = number.DeepClone();
            }
        }

        var type = spec.Text("type");
        if (type is "NodePort" or "LoadBalancer")
        {
            spec.Default("externalTrafficPolicy", "Cluster");
        }

        if (type == "LoadBalancer")
        {
            spec.Default("allocateLoadBalancerNodePorts", true);
        }

        if (type == "ExternalName")
        {
            return;
        }

        spec.Default("internalTrafficPolicy", "Cluster");
        spec.Default("ipFamilies", new JsonArray("IPv4"));
        spec.Default("ipFamilyPolicy", "SingleStack");
        if (spec.Text("clusterIP") is { Length: > 0 } address)
        {
            spec.Default("clusterIPs", new JsonArray(address));
        }
        else if (spec.Array("clusterIPs") is { Count: > 0 } addresses)
        {
            spec["clusterIP"] = addresses[0].AsText();
        }
    }
}
