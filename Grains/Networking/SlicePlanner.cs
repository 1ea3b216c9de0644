using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;
using Crescent.Resources;

namespace Crescent.Grains.Networking;

/// <summary>
/// Spreads the endpoints of a Service over <see href="https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/">slices</see>
/// of at most <see cref="MaxEndpoints"/>. Endpoints stay in the slice they are in, so one pod costs one slice.
/// </summary>
internal static class SlicePlanner
{
    public const int MaxEndpoints = 100;

    /// <param name="service">The Service, with a selector.</param>
    /// <param name="pods">Pods that match it.</param>
    /// <param name="slices">Slices this controller keeps for the Service.</param>
    public static SlicePlan Plan(ServiceFacts service, IReadOnlyList<EndpointPod> pods, IReadOnlyList<ResourceSnapshot> slices)
    {
        var groups = pods.Where(static pod => pod.IsReachable)
            .GroupBy(pod => PortsJson(service.PortsOf(pod)).ToJsonString(), StringComparer.Ordinal)
            .ToDictionary(static group => group.Key, group => group.OrderBy(static pod => pod.Name, StringComparer.Ordinal).ToList());
        if (groups.Count == 0)
        {
            // One empty slice tells readers that the Service is served and has nobody behind it.
            groups.Add("[]", []);
        }

        var existing = slices.Where(slice => slice.DeletionTimestamp is null).Select(slice => new SliceDraft(slice))
            .OrderBy(static draft => draft.Slice.Key.Name, StringComparer.Ordinal).ToList();
        var create = ImmutableArray.CreateBuilder<JsonObject>();
        var update = ImmutableArray.CreateBuilder<(ResourceSnapshot, JsonObject)>();
        var delete = ImmutableArray.CreateBuilder<ResourceSnapshot>();
        foreach (var (ports, members) in groups)
        {
            var drafts = existing.Where(draft => draft.Ports == ports && draft.AddressType == service.AddressType).ToList();
            existing.RemoveAll(drafts.Contains);
            PlanGroup(service, ports, members, drafts, create, update, delete);
        }

        delete.AddRange(existing.Select(static draft => draft.Slice));
        return new() { Create = create.ToImmutable(), Update = update.ToImmutable(), Delete = delete.ToImmutable() };
    }

    /// <summary>A slice of <paramref name="endpoints"/>, complete but for its name.</summary>
    public static JsonObject NewSlice(ServiceFacts service, JsonArray ports, JsonArray endpoints, string managedBy) => new()
    {
        ["apiVersion"] = "discovery.k8s.io/v1",
        ["kind"] = "EndpointSlice",
        ["metadata"] = new JsonObject
        {
            ["generateName"] = $"{service.Name}-",
            ["namespace"] = service.Namespace,
            ["labels"] = Labels(service, managedBy),
            ["ownerReferences"] = new JsonArray((JsonNode)new Workloads.OwnerIdentity(
                "v1", "Service", service.Namespace, service.Name, service.Snapshot.Uid).ToReference()),
        },
        ["addressType"] = service.AddressType,
        ["endpoints"] = endpoints,
        ["ports"] = ports,
    };

    private static void PlanGroup(
        ServiceFacts service, string ports, List<EndpointPod> members, List<SliceDraft> drafts, ImmutableArray<JsonObject>.Builder create,
        ImmutableArray<(ResourceSnapshot, JsonObject)>.Builder update, ImmutableArray<ResourceSnapshot>.Builder delete)
    {
        var waiting = members.ToDictionary(static pod => pod.Uid);
        foreach (var draft in drafts)
        {
            draft.Keep(waiting, pod => Endpoint(service, pod));
        }

        // Slices that change anyway are filled first.
        var queue = new Queue<EndpointPod>(members.Where(pod => waiting.ContainsKey(pod.Uid)));
        foreach (var draft in drafts.OrderByDescending(static draft => draft.HasLost))
        {
            while (queue.Count > 0 && draft.Endpoints.Count < MaxEndpoints)
            {
                draft.Endpoints.Add((JsonNode)Endpoint(service, queue.Dequeue()));
            }
        }

        var live = drafts.Where(static draft => draft.Endpoints.Count > 0).ToList();
        if (live.Count == 0 && queue.Count == 0 && drafts.Count > 0)
        {
            live.Add(drafts[0]);
        }

        delete.AddRange(drafts.Except(live).Select(static draft => draft.Slice));
        update.AddRange(live.Select(draft => (draft.Slice, draft.PatchOf(Labels(service, EndpointLabels.SliceController))))
            .Where(static pair => pair.Item2 is not null)!);
        while (queue.Count > 0 || (live.Count == 0 && create.Count == 0))
        {
            var endpoints = new JsonArray();
            while (queue.Count > 0 && endpoints.Count < MaxEndpoints)
            {
                endpoints.Add((JsonNode)Endpoint(service, queue.Dequeue()));
            }

            create.Add(NewSlice(service, JsonNode.Parse(ports)!.AsArray(), endpoints, EndpointLabels.SliceController));
        }
    }

    private static JsonObject Endpoint(ServiceFacts service, EndpointPod pod)
    {
        var endpoint = new JsonObject
        {
            ["addresses"] = new JsonArray((JsonNode)pod.Ip),
            ["conditions"] = new JsonObject
            {
                ["ready"] = service.PublishesNotReady || (pod.IsReady && !pod.IsTerminating),
                ["serving"] = pod.IsReady,
                ["terminating"] = pod.IsTerminating,
            },
        };
        if (pod.Hostname.Length > 0 && pod.Subdomain == service.Name && pod.Namespace == service.Namespace)
        {
            endpoint["hostname"] = pod.Hostname;
        }

        endpoint["targetRef"] = new JsonObject
        {
            ["kind"] = "Pod", ["namespace"] = pod.Namespace, ["name"] = pod.Name, ["uid"] = pod.Uid,
        };
        if (pod.NodeName.Length > 0)
        {
            endpoint["nodeName"] = pod.NodeName;
        }

        return endpoint;
    }

    private static JsonArray PortsJson(ImmutableArray<EndpointPort> ports) =>
        new([.. ports.Select(static port => (JsonNode)port.ToJson(keepsEmptyName: true))]);

    private static JsonObject Labels(ServiceFacts service, string managedBy)
    {
        var labels = service.InheritedLabels();
        labels[EndpointLabels.ServiceName] = service.Name;
        labels[EndpointLabels.SliceManagedBy] = managedBy;
        return LabelPatch.ToJson(labels);
    }
}
