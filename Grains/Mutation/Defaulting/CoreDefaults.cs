using System.Text;
using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Defaulting;

/// <summary>Defaults of the small kinds.</summary>
internal static class CoreDefaults
{
    public static void Namespace(JsonObject item)
    {
        var metadata = item.Ensure("metadata");
        metadata.Ensure("labels")["kubernetes.io/metadata.name"] = metadata.Text("name");
        item.Ensure("status").Default("phase", "Active");
    }

    public static void Secret(JsonObject secret)
    {
        secret.Default("type", "Opaque");
        if (secret.Object("stringData") is not { } plain)
        {
            return;
        }

        var data = secret.Ensure("data");
        foreach (var (name, value) in plain)
        {
            data[name] = Convert.ToBase64String(Encoding.UTF8.GetBytes(value.AsText()));
        }

        // Write-only: it is never shown again.
        secret.Remove("stringData");
    }

    public static void Endpoints(JsonObject endpoints)
    {
        foreach (var port in endpoints.Objects("subsets").SelectMany(static subset => subset.Objects("ports")))
        {
            port.Default("protocol", "TCP");
        }
    }

    public static void EndpointSlice(JsonObject slice)
    {
        foreach (var port in slice.Objects("ports"))
        {
            port.Default("name", "");
            port.Default("protocol", "TCP");
        }
    }

    public static void PriorityClass(JsonObject item) => item.Default("preemptionPolicy", "PreemptLowerPriority");

    public static void Node(JsonObject node)
    {
        var status = node.Object("status");
        if (status.Object("capacity") is { } capacity)
        {
            status!.Default("allocatable", capacity.DeepClone());
            FollowCapacity(capacity, status!.Object("allocatable")!);
        }
    }

    /// <summary>
    /// What somebody advertises for a node is allocatable, and what he takes back is not: kubelets see to it elsewhere. See
    /// <see href="https://kubernetes.io/docs/tasks/administer-cluster/extended-resource-node/">extended resources</see>.
    /// </summary>
    private static void FollowCapacity(JsonObject capacity, JsonObject allocatable)
    {
        foreach (var (name, amount) in capacity.Where(static item => item.Value is not null && IsExtended(item.Key)))
        {
            allocatable.Default(name, amount!.DeepClone());
        }

        foreach (var name in allocatable.Select(static item => item.Key).Where(name => IsExtended(name) && !capacity.ContainsKey(name)).ToList())
        {
            allocatable.Remove(name);
        }
    }

    private static bool IsExtended(string resource) =>
        resource.Contains('/', StringComparison.Ordinal) && !resource.Contains("kubernetes.io/", StringComparison.Ordinal);
}
