using System.Text.Json.Nodes;
using Crescent.Grains.Networking;
using Crescent.Grains.Volumes;
using Crescent.Identity;

namespace Crescent.Grains.Bootstrap;

/// <summary>The objects a Kubernetes cluster is born with.</summary>
internal static class BootstrapObjects
{
    public static readonly ResourceKey Service = new(KnownTypes.Services, "default", "kubernetes");
    public static readonly ResourceKey Endpoints = new(KnownTypes.Endpoints, "default", "kubernetes");
    public static readonly ResourceKey Slice = new(KnownTypes.EndpointSlices, "default", "kubernetes");

    /// <summary>Namespaces come first: the rest lives in them.</summary>
    public static IReadOnlyList<(ResourceKey Key, JsonObject Body)> Namespaces { get; } =
        [.. new[] { "default", "kube-system", "kube-public", "kube-node-lease" }.Select(static name => (
            new ResourceKey(KnownTypes.Namespaces, "", name),
            new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = name } }))];

    public static IReadOnlyList<(ResourceKey Key, JsonObject Body)> PriorityClasses { get; } =
    [
        PriorityClass(
            "system-node-critical", 2_000_001_000,
            "Used for system critical pods that must not be moved from their current node."),
        PriorityClass(
            "system-cluster-critical", 2_000_000_000,
            "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary."),
    ];

    /// <summary>Claims that name no class get directories of the node where their pod runs.</summary>
    public static (ResourceKey Key, JsonObject Body) StorageClass { get; } = (
        new(KnownTypes.StorageClasses, "", VolumeProvisioner.DefaultClass),
        new()
        {
            ["apiVersion"] = "storage.k8s.io/v1",
            ["kind"] = "StorageClass",
            ["metadata"] = new JsonObject
            {
                ["name"] = VolumeProvisioner.DefaultClass,
                ["annotations"] = new JsonObject { ["storageclass.kubernetes.io/is-default-class"] = "true" },
            },
            ["provisioner"] = VolumeProvisioner.Name,
            ["reclaimPolicy"] = "Delete",
            ["volumeBindingMode"] = "WaitForFirstConsumer",
        });

    public static JsonObject ServiceBody(string clusterIp, int port) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Service",
        ["metadata"] = new JsonObject
        {
            ["name"] = Service.Name,
            ["namespace"] = Service.Namespace,
            ["labels"] = new JsonObject { ["component"] = "apiserver", ["provider"] = "kubernetes" },
        },
        ["spec"] = new JsonObject
        {
            ["clusterIP"] = clusterIp,
            ["ports"] = new JsonArray((JsonNode)new JsonObject
            {
                ["name"] = "https", ["port"] = 443, ["protocol"] = "TCP", ["targetPort"] = port,
            }),
            ["sessionAffinity"] = "None",
            ["type"] = "ClusterIP",
        },
    };

    public static JsonObject EndpointsBody(IReadOnlyList<string> addresses, int port) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Endpoints",
        ["metadata"] = new JsonObject
        {
            ["name"] = Endpoints.Name,
            ["namespace"] = Endpoints.Namespace,
            ["labels"] = new JsonObject { ["endpointslice.kubernetes.io/skip-mirror"] = "true" },
        },
        ["subsets"] = Subsets(addresses, port),
    };

    public static JsonArray Subsets(IReadOnlyList<string> addresses, int port) => addresses.Count == 0 ? [] : new((JsonNode)new JsonObject
    {
        ["addresses"] = new JsonArray([.. addresses.Select(static address => (JsonNode)new JsonObject { ["ip"] = address })]),
        ["ports"] = new JsonArray((JsonNode)new JsonObject { ["name"] = "https", ["port"] = port, ["protocol"] = "TCP" }),
    });

    public static JsonObject SliceBody(IReadOnlyList<string> addresses, int port) => new()
    {
        ["apiVersion"] = "discovery.k8s.io/v1",
        ["kind"] = "EndpointSlice",
        ["metadata"] = new JsonObject
        {
            ["name"] = Slice.Name,
            ["namespace"] = Slice.Namespace,
            ["labels"] = new JsonObject { [EndpointLabels.ServiceName] = Service.Name },
        },
        ["addressType"] = "IPv4",
        ["endpoints"] = SliceEndpoints(addresses),
        ["ports"] = new JsonArray((JsonNode)new JsonObject { ["name"] = "https", ["port"] = port, ["protocol"] = "TCP" }),
    };

    public static JsonArray SliceEndpoints(IReadOnlyList<string> addresses) => new([.. addresses.Select(static address => (JsonNode)new JsonObject
    {
        ["addresses"] = new JsonArray((JsonNode)address), ["conditions"] = new JsonObject { ["ready"] = true },
    })]);

    private static (ResourceKey Key, JsonObject Body) PriorityClass(string name, int value, string description) => (
        new(KnownTypes.PriorityClasses, "", name),
        new()
        {
            ["apiVersion"] = "scheduling.k8s.io/v1",
            ["kind"] = "PriorityClass",
            ["metadata"] = new JsonObject { ["name"] = name },
            ["value"] = value,
            ["description"] = description,
        });
}
