using System.Collections.Immutable;
using k8s.Models;

namespace Crescent.NodeAgent.Pods;

/// <summary>
/// Which host ports the node's pods hold. A pod that was bound past the scheduler and wants a port that is taken is rejected, as kubelet
/// does: it fails before anything of it was started. Thread-safe.
/// </summary>
internal sealed class NodePorts
{
    private const string AllAddresses = "0.0.0.0";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, ImmutableArray<HostPort>> _held = new(StringComparer.Ordinal);

    /// <summary>Ports of a pod that runs already.</summary>
    public void Enter(V1Pod pod)
    {
        lock (_lock)
        {
            _held[pod.Metadata.Uid] = Of(pod);
        }
    }

    /// <summary>False when another pod holds one of the pod's ports; then it gets none.</summary>
    public bool TryEnter(V1Pod pod)
    {
        var wanted = Of(pod);
        lock (_lock)
        {
            if (wanted.Any(port => _held.Any(other => other.Key != pod.Metadata.Uid && other.Value.Any(port.ConflictsWith))))
            {
                return false;
            }

            _held[pod.Metadata.Uid] = wanted;
            return true;
        }
    }

    /// <summary>The pod has ended. May be called again.</summary>
    public void Leave(string uid)
    {
        lock (_lock)
        {
            _held.Remove(uid);
        }
    }

    private static ImmutableArray<HostPort> Of(V1Pod pod) =>
    [
        .. pod.Spec.Containers.SelectMany(static container => container.Ports ?? [])
            .Where(static port => port.HostPort is > 0)
            .Select(static port => new HostPort(
                string.IsNullOrEmpty(port.HostIP) ? AllAddresses : port.HostIP, string.IsNullOrEmpty(port.Protocol) ? "TCP" : port.Protocol, port.HostPort ?? 0)),
    ];

    private readonly record struct HostPort(string Address, string Protocol, int Port)
    {
        public bool ConflictsWith(HostPort other) =>
            Port == other.Port && Protocol == other.Protocol && (Address == other.Address || Address == AllAddresses || other.Address == AllAddresses);
    }
}
