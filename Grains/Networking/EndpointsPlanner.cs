using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;
using Crescent.Resources;

namespace Crescent.Grains.Networking;

/// <summary>
/// The older <see href="https://kubernetes.io/docs/concepts/services-networking/service/#endpoints">Endpoints</see> object of a Service:
/// one subset per set of ports, at most <see cref="MaxAddresses"/> addresses.
/// </summary>
internal static class EndpointsPlanner
{
    public const int MaxAddresses = 1000;

    /// <summary>A complete object to create, or a merge patch of <paramref name="present"/>; null when nothing changes.</summary>
    public static JsonObject? Plan(ServiceFacts service, IReadOnlyList<EndpointPod> pods, ResourceSnapshot? present)
    {
        var chosen = pods.Where(pod => pod.IsReachable && (!pod.IsTerminating || service.PublishesNotReady)).ToList();
        var isOver = chosen.Count > MaxAddresses;
        if (isOver)
        {
            chosen = [.. chosen.OrderByDescending(static pod => pod.IsReady).ThenBy(static pod => pod.Name, StringComparer.Ordinal).Take(MaxAddresses)];
        }

        var subsets = Subsets(service, chosen);
        var labels = service.InheritedLabels();
        labels[EndpointLabels.EndpointsManagedBy] = EndpointLabels.EndpointsController;
        return present is null ? Create(service, subsets, labels, isOver) : Patch(present, subsets, labels, isOver);
    }

    private static JsonObject Create(
        ServiceFacts service, JsonArray subsets, SortedDictionary<string, string> labels, bool isOver)
    {
        var metadata = new JsonObject { ["name"] = service.Name, ["namespace"] = service.Namespace, ["labels"] = LabelPatch.ToJson(labels) };
        if (isOver)
        {
            metadata["annotations"] = new JsonObject { [EndpointLabels.OverCapacity] = "truncated" };
        }

        var body = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Endpoints", ["metadata"] = metadata };
        if (subsets.Count > 0)
        {
            body["subsets"] = subsets;
        }

        return body;
    }

    private static JsonObject? Patch(
        ResourceSnapshot present, JsonArray subsets, SortedDictionary<string, string> labels, bool isOver)
    {
        var view = present.View();
        var metadata = new JsonObject();
        if (LabelPatch.Between(present.Labels, LabelPatch.ToJson(labels)) is { } labelChanges)
        {
            metadata["labels"] = labelChanges;
        }

        var wasOver = view.At("metadata", "annotations", EndpointLabels.OverCapacity).Text() is not null;
        if (wasOver != isOver)
        {
            metadata["annotations"] = new JsonObject { [EndpointLabels.OverCapacity] = isOver ? "truncated" : null };
        }

        var patch = new JsonObject();
        if (metadata.Count > 0)
        {
            patch["metadata"] = metadata;
        }

        if (!JsonNode.DeepEquals(view.At("subsets").ToArray(), subsets))
        {
            patch["subsets"] = subsets.Count == 0 ? null : subsets;
        }

        return patch.Count == 0 ? null : patch;
    }

    private static JsonArray Subsets(ServiceFacts service, List<EndpointPod> pods)
    {
        var subsets = new JsonArray();
        var groups = pods.Select(pod => (Pod: pod, Ports: service.PortsOf(pod)))
            .Where(entry => entry.Ports.Length > 0 || service.Ports.IsEmpty)
            .GroupBy(static entry => string.Join(';', entry.Ports), StringComparer.Ordinal)
            .OrderBy(static group => group.Key, StringComparer.Ordinal);
        foreach (var group in groups)
        {
            var subset = new JsonObject();
            var sorted = group.OrderBy(static entry => entry.Pod.Ip, StringComparer.Ordinal).ThenBy(static entry => entry.Pod.Name, StringComparer.Ordinal).ToList();
            Add("addresses", sorted.Where(entry => entry.Pod.IsReady || service.PublishesNotReady));
            Add("notReadyAddresses", sorted.Where(entry => !entry.Pod.IsReady && !service.PublishesNotReady));
            if (sorted[0].Ports.Length > 0)
            {
                subset["ports"] = new JsonArray([.. sorted[0].Ports.Select(static port => (JsonNode)port.ToJson(keepsEmptyName: false))]);
            }

            subsets.Add((JsonNode)subset);

            void Add(string name, IEnumerable<(EndpointPod Pod, System.Collections.Immutable.ImmutableArray<EndpointPort> Ports)> entries)
            {
                var addresses = new JsonArray([.. entries.Select(entry => (JsonNode)Address(service, entry.Pod))]);
                if (addresses.Count > 0)
                {
                    subset[name] = addresses;
                }
            }
        }

        return subsets;
    }

    private static JsonObject Address(ServiceFacts service, EndpointPod pod)
    {
        var address = new JsonObject { ["ip"] = pod.Ip };
        if (pod.Hostname.Length > 0 && pod.Subdomain == service.Name && pod.Namespace == service.Namespace)
        {
            address["hostname"] = pod.Hostname;
        }

        if (pod.NodeName.Length > 0)
        {
            address["nodeName"] = pod.NodeName;
        }

        address["targetRef"] = new JsonObject
        {
            ["kind"] = "Pod", ["namespace"] = pod.Namespace, ["name"] = pod.Name, ["uid"] = pod.Uid,
        };
        return address;
    }
}
