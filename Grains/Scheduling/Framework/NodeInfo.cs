using Crescent.Scheduling;

namespace Crescent.Grains.Scheduling.Framework;

/// <summary>A node with the pods on it. Changed only by <see cref="ClusterState"/>.</summary>
internal sealed class NodeInfo(string name)
{
    private readonly Dictionary<string, PodInfo> _pods = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _podsByController = new(StringComparer.Ordinal);

    public string Name { get; } = name;

    /// <summary>Null while pods are bound to a node whose object is not there; such a node takes no pods.</summary>
    public NodeFacts? Facts { get; private set; }

    /// <summary>Grows with every change of any node: equal numbers mean this node is as it was.</summary>
    public long Generation { get; private set; }

    public ResourceAmounts Requested { get; } = new();

    public ResourceAmounts ScoringRequested { get; } = new();

    public List<HostPort> UsedPorts { get; } = [];

    public IReadOnlyCollection<PodInfo> Pods => _pods.Values;

    public int PodCount => _pods.Count;

    public int CountOf(string controllerUid) => _podsByController.GetValueOrDefault(controllerUid);

    public void SetFacts(NodeFacts? facts, long generation)
    {
        Facts = facts;
        Generation = generation;
    }

    public void Add(PodInfo pod, long generation)
    {
        Remove(pod.Uid, generation);
        _pods.Add(pod.Uid, pod);
        Requested.Add(pod.Requests);
        ScoringRequested.Add(pod.ScoringRequests);
        UsedPorts.AddRange(pod.HostPorts);
        if (pod.ControllerUid is { } controller)
        {
            _podsByController[controller] = CountOf(controller) + 1;
        }

        Generation = generation;
    }

    public void Remove(string uid, long generation)
    {
        if (!_pods.Remove(uid, out var pod))
        {
            return;
        }

        Requested.Subtract(pod.Requests);
        ScoringRequested.Subtract(pod.ScoringRequests);
        foreach (var port in pod.HostPorts)
        {
            UsedPorts.Remove(port);
        }

        if (pod.ControllerUid is { } controller)
        {
            if (CountOf(controller) <= 1)
            {
                _podsByController.Remove(controller);
            }
            else
            {
                _podsByController[controller]--;
            }
        }

        Generation = generation;
    }
}
