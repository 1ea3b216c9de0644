using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Crescent.Addresses;
using Crescent.Grains.Mutation.Validation;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Mutation.Admission;

/// <summary>Gives services their cluster address and node ports.</summary>
internal sealed class ServiceAdmission(IAddressSource addresses)
{
    public async ValueTask<ResourceError?> AdmitAsync(
        ResourceKey key, JsonObject service, JsonObject? old, bool isDryRun, CancellationToken cancellationToken)
    {
        var spec = service.Object("spec")!;
        var address = spec.Text("clusterIP");
        var type = spec.Text("type");
        if (type == "ExternalName")
        {
            foreach (var name in (ReadOnlySpan<string>)["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"])
            {
                spec.Remove(name);
            }
        }

        var needsAddress = type != "ExternalName" && address != "None" && (address.Length == 0 || address != old.Object("spec").Text("clusterIP"));
        var needsPorts = type is "NodePort" || (type is "LoadBalancer" && spec["allocateLoadBalancerNodePorts"]?.ToJsonString() != "false");
        var ports = needsPorts ? spec.Objects("ports").ToList() : [];
        var known = old.Object("spec").Objects("ports").Select(static port => port.Integer("nodePort") ?? 0).ToHashSet();
        if (!needsAddress && ports.All(port => port.Integer("nodePort") is > 0 and var nodePort && known.Contains(nodePort)))
        {
            return null;
        }

        var allocation = await addresses.AllocateAsync(
            new()
            {
                Owner = $"{key.Namespace}/{key.Name}", OwnerUid = service.Object("metadata").Text("uid"), IsDryRun = isDryRun,
                Address = needsAddress ? address : null, NodePorts = [.. ports.Select(static port => port.Integer("nodePort") ?? 0)],
            },
            cancellationToken);
        if (!allocation.IsGranted)
        {
            return Refuse(key, spec, ports, allocation);
        }

        if (needsAddress)
        {
            spec["clusterIP"] = allocation.Address;
            spec["clusterIPs"] = new JsonArray(allocation.Address);
        }

        for (var index = 0; index < ports.Count; index++)
        {
            ports[index]["nodePort"] = allocation.NodePorts[index];
        }

        return null;
    }

    private static ResourceError Refuse(ResourceKey key, JsonObject spec, List<JsonObject> ports, AddressAllocation allocation)
    {
        var problems = new Problems();
        if (allocation.AddressProblem is { } addressProblem)
        {
            problems.Invalid("spec.clusterIPs", new JsonArray(spec.Text("clusterIP")), addressProblem);
        }
        else
        {
            var index = allocation.RefusedPort;
            problems.Invalid($"spec.ports[{index}].nodePort", ports[index].Integer("nodePort") ?? 0, allocation.PortProblem!);
        }

        return ResourceErrors.Invalid("", "Service", key.Name, problems.Causes);
    }
}
