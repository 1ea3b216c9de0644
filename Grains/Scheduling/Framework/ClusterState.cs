using System.Collections.Immutable;

namespace Crescent.Grains.Scheduling.Framework;

/// <summary>
/// Nodes and the pods that take room on them, bound or assumed to be. An assumed pod is one whose binding is on its way; it counts as
/// bound until the binding fails. One writer at a time.
/// </summary>
internal sealed class ClusterState
{
    private readonly Dictionary<string, NodeInfo> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (PodInfo Pod, NodeInfo Node)> _pods = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (PodInfo Pod, NodeInfo Node)> _podsWithAntiAffinity = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (PodInfo Pod, NodeInfo Node)> _podsWithPreferences = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, int> _priorities = [];
    private long _generation;

    /// <summary>Nodes that have an object, in name order, zones interleaved so that a sample of neighbours covers all zones.</summary>
    public ImmutableArray<NodeInfo> Nodes => _order ??= Interleave();

    private ImmutableArray<NodeInfo>? _order;

    /// <summary>Pods whose required anti-affinity binds others too.</summary>
    public IReadOnlyCollection<(PodInfo Pod, NodeInfo Node)> PodsWithAntiAffinity => _podsWithAntiAffinity.Values;

    /// <summary>Pods with preferred (anti-)affinity or required affinity, which score others.</summary>
    public IReadOnlyCollection<(PodInfo Pod, NodeInfo Node)> PodsWithPreferences => _podsWithPreferences.Values;

    public int PodCount => _pods.Count;

    /// <summary>Priority of the least important pod; null without pods.</summary>
    public int? LowestPriority => _priorities.Count == 0 ? null : _priorities.Keys.First();

    public NodeInfo? FindNode(string name) => _nodes.TryGetValue(name, out var node) && node.Facts is not null ? node : null;

    public bool TryGetPod(string uid, out PodInfo pod, out string nodeName)
    {
        var found = _pods.TryGetValue(uid, out var entry);
        (pod, nodeName) = found ? (entry.Pod, entry.Node.Name) : (null!, "");
        return found;
    }

    public IReadOnlyCollection<string> NodeNames => _nodes.Values.Where(static node => node.Facts is not null).Select(static node => node.Name).ToArray();

    public IReadOnlyCollection<string> PodUids => _pods.Keys;

    public void SetNode(NodeFacts facts)
    {
        var node = GetOrAdd(facts.Name);
        var zoneChanged = node.Facts is null || Zone(node.Facts) != Zone(facts);
        node.SetFacts(facts, ++_generation);
        if (zoneChanged)
        {
            _order = null;
        }
    }

    public void RemoveNode(string name)
    {
        if (!_nodes.TryGetValue(name, out var node))
        {
            return;
        }

        node.SetFacts(null, ++_generation);
        _order = null;
        Forget(node);
    }

    /// <summary>Counts the pod on its node; replaces what was known of it, on whichever node.</summary>
    public void SetPod(PodInfo pod, string nodeName)
    {
        RemovePod(pod.Uid);
        var node = GetOrAdd(nodeName);
        node.Add(pod, ++_generation);
        _pods[pod.Uid] = (pod, node);
        _priorities[pod.Priority] = _priorities.GetValueOrDefault(pod.Priority) + 1;
        if (!pod.RequiredAntiAffinity.IsEmpty)
        {
            _podsWithAntiAffinity[pod.Uid] = (pod, node);
        }

        if (!pod.PreferredAffinity.IsEmpty || !pod.RequiredAffinity.IsEmpty)
        {
            _podsWithPreferences[pod.Uid] = (pod, node);
        }
    }

    public void RemovePod(string uid)
    {
        if (_pods.Remove(uid, out var entry))
        {
            entry.Node.Remove(uid, ++_generation);
            if (--_priorities[entry.Pod.Priority] == 0)
            {
                _priorities.Remove(entry.Pod.Priority);
            }

            _podsWithAntiAffinity.Remove(uid);
            _podsWithPreferences.Remove(uid);
            Forget(entry.Node);
        }
    }

    private void Forget(NodeInfo node)
    {
        if (node.Facts is null && node.PodCount == 0)
        {
            _nodes.Remove(node.Name);
        }
    }

    private NodeInfo GetOrAdd(string name)
    {
        if (!_nodes.TryGetValue(name, out var node))
        {
            _nodes.Add(name, node = new(name));
        }

        return node;
    }

    private static string Zone(NodeFacts facts) => facts.Labels.GetValueOrDefault(NodeFacts.ZoneLabel) ?? "";

    private ImmutableArray<NodeInfo> Interleave()
    {
        var zones = _nodes.Values.Where(static node => node.Facts is not null)
            .OrderBy(static node => node.Name, StringComparer.Ordinal)
            .GroupBy(static node => Zone(node.Facts!), StringComparer.Ordinal)
            .Select(static zone => zone.ToArray())
            .ToArray();
        var order = ImmutableArray.CreateBuilder<NodeInfo>(zones.Sum(static zone => zone.Length));
        for (var round = 0; order.Count < order.Capacity; round++)
        {
            order.AddRange(zones.Where(zone => round < zone.Length).Select(zone => zone[round]));
        }

        return order.ToImmutable();
    }
}
