using System.Globalization;
using System.Text;
using k8s.Models;

namespace Crescent.NodeAgent.Pods;

/// <summary>
/// Fields of a pod its containers may ask for, see <see href="https://kubernetes.io/docs/concepts/workloads/pods/downward-api/">Downward API</see>.
/// </summary>
/// <param name="Pod">The pod.</param>
/// <param name="PodAddress">Empty until the sandbox has one.</param>
/// <param name="HostAddress">Address of the node.</param>
/// <param name="Allocatable">What containers without a limit may use.</param>
internal sealed record PodFields(V1Pod Pod, string PodAddress, string HostAddress, NodeAllowance Allocatable)
{
    /// <exception cref="ConfigurationException">There is no such field.</exception>
    public string Field(string path) => path switch
    {
        "metadata.name" => Pod.Metadata.Name,
        "metadata.namespace" => Pod.Metadata.NamespaceProperty,
        "metadata.uid" => Pod.Metadata.Uid,
        "metadata.labels" => Map(Pod.Metadata.Labels),
        "metadata.annotations" => Map(Pod.Metadata.Annotations),
        "spec.nodeName" => Pod.Spec.NodeName ?? "",
        "spec.serviceAccountName" => Pod.Spec.ServiceAccountName ?? "",
        "status.hostIP" or "status.hostIPs" => HostAddress,
        "status.podIP" or "status.podIPs" => PodAddress,
        _ when Subscript(path, "metadata.labels") is { } label => Value(Pod.Metadata.Labels, label),
        _ when Subscript(path, "metadata.annotations") is { } annotation => Value(Pod.Metadata.Annotations, annotation),
        _ => throw new ConfigurationException($"unsupported fieldPath: {path}"),
    };

    /// <summary>A limit or request of a container in units of the divisor, rounded up.</summary>
    /// <exception cref="ConfigurationException">There is no such container or resource.</exception>
    public string Resource(string containerName, string resource, ResourceQuantity? divisor)
    {
        var container = Pod.FindContainer(containerName) ?? throw new ConfigurationException($"container {containerName} not found");
        var dot = resource.IndexOf('.', StringComparison.Ordinal);
        var (kind, name) = dot < 0 ? ("", resource) : (resource[..dot], resource[(dot + 1)..]);
        var amounts = kind switch
        {
            "limits" => container.Resources?.Limits,
            "requests" => container.Resources?.Requests,
            _ => throw new ConfigurationException($"unsupported container resource : {resource}"),
        };
        var amount = amounts is not null && amounts.TryGetValue(name, out var quantity) ? quantity.ToDecimal()
            : kind == "requests" ? 0
            : name switch { "cpu" => Allocatable.Cpus, "memory" => Allocatable.MemoryBytes, "ephemeral-storage" => Allocatable.StorageBytes, _ => 0 };
        var unit = divisor?.ToDecimal() is > 0 and var given ? given : 1;
        return Math.Ceiling(amount / unit).ToString("0", CultureInfo.InvariantCulture);
    }

    private static string? Subscript(string path, string map) =>
        path.StartsWith(map + "['", StringComparison.Ordinal) && path.EndsWith("']", StringComparison.Ordinal) ? path[(map.Length + 2)..^2] : null;

    private static string Value(IDictionary<string, string>? map, string key) => map is not null && map.TryGetValue(key, out var value) ? value : "";

    /// <summary><c>key="value"</c>, one a line, in order of the keys.</summary>
    private static string Map(IDictionary<string, string>? map)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in (map ?? new Dictionary<string, string>(StringComparer.Ordinal)).OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            var escaped = value
                .Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal);
            text.Append(key).Append("=\"").Append(escaped).Append("\"\n");
        }

        return text.ToString();
    }
}
