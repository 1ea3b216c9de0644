using Crescent.Grains.Scheduling.Plugins;

namespace Crescent.Grains.Scheduling.Framework;

/// <summary>
/// Filter, score, choose. Deterministic: ties go to the first node from a starting point that moves on with every pod. Keeps what
/// node-local plugins said of the last templates; not thread-safe.
/// </summary>
internal sealed class PlacementAlgorithm(SchedulingProfile profile, int percentageOfNodes = 0)
{
    private const int RememberedTemplates = 32;
    private readonly Dictionary<Guid, LinkedListNode<(Guid Template, TemplateMemory Memory)>> _memories = [];
    private readonly LinkedList<(Guid Template, TemplateMemory Memory)> _recent = [];
    private readonly List<(NodeInfo Node, long[] Scores)> _feasible = [];
    private long[] _totals = [];
    private long[] _column = [];
    private int _start;

    public Placement Place(PodInfo pod, ClusterState cluster)
    {
        var diagnosis = new Diagnosis(cluster.Nodes.Length);
        FindFeasible(pod, cluster, diagnosis);
        return _feasible.Count switch
        {
            0 => new(null, diagnosis),
            1 => new(_feasible[0].Node.Name, null),
            _ => new(_feasible[Choose(pod, cluster)].Node.Name, null),
        };
    }

    private void FindFeasible(PodInfo pod, ClusterState cluster, Diagnosis diagnosis)
    {
        _feasible.Clear();
        var nodes = cluster.Nodes;
        if (nodes.IsEmpty)
        {
            return;
        }

        var clusterFilters = new List<Func<NodeInfo, Rejection?>>(profile.ClusterFilters.Length);
        foreach (var plugin in profile.ClusterFilters)
        {
            if (plugin.Prepare(pod, cluster) is { } filter)
            {
                clusterFilters.Add(filter);
            }
        }

        if (NodeAffinityPlugin.NamedNodes(pod) is { } names)
        {
            PlaceByName(pod, cluster, names, clusterFilters, diagnosis);
            return;
        }

        var memory = Remember(pod.Template);
        var enough = NodeSample.Size(nodes.Length, percentageOfNodes);
        var seen = 0;
        for (; seen < nodes.Length && _feasible.Count < enough; seen++)
        {
            var node = nodes[(_start + seen) % nodes.Length];
            Consider(memory.Evaluate(profile, pod, node), node, clusterFilters, diagnosis);
        }

        _start = (_start + (seen == nodes.Length ? 1 : seen)) % nodes.Length;
    }

    private void PlaceByName(
        PodInfo pod, ClusterState cluster, IReadOnlyCollection<string> names, List<Func<NodeInfo, Rejection?>> clusterFilters, Diagnosis diagnosis)
    {
        var memory = new TemplateMemory(profile.Scores.Length);
        var considered = 0;
        foreach (var name in names)
        {
            if (cluster.FindNode(name) is { } node)
            {
                considered++;
                Consider(memory.Evaluate(profile, pod, node), node, clusterFilters, diagnosis);
            }
        }

        if (cluster.Nodes.Length > considered && profile.Filters.OfType<NodeAffinityPlugin>().FirstOrDefault() is { } affinity)
        {
            diagnosis.Add(affinity.Rejection, cluster.Nodes.Length - considered);
        }
    }

    private void Consider(TemplateMemory.Entry entry, NodeInfo node, List<Func<NodeInfo, Rejection?>> clusterFilters, Diagnosis diagnosis)
    {
        var rejection = entry.Rejection;
        for (var index = 0; rejection is null && index < clusterFilters.Count; index++)
        {
            rejection = clusterFilters[index](node);
        }

        if (rejection is null)
        {
            _feasible.Add((node, entry.Scores));
        }
        else
        {
            diagnosis.Add(rejection);
        }
    }

    private int Choose(PodInfo pod, ClusterState cluster)
    {
        var count = _feasible.Count;
        if (_totals.Length < count)
        {
            (_totals, _column) = (new long[count * 2], new long[count * 2]);
        }

        var totals = _totals.AsSpan(0, count);
        var column = _column.AsSpan(0, count);
        totals.Clear();
        for (var plugin = 0; plugin < profile.Scores.Length; plugin++)
        {
            for (var index = 0; index < count; index++)
            {
                column[index] = _feasible[index].Scores[plugin];
            }

            profile.Scores[plugin].Plugin.Normalize(column);
            AddWeighted(totals, column, profile.Scores[plugin].Weight);
        }

        foreach (var (plugin, weight) in profile.ClusterScores)
        {
            if (plugin.Prepare(pod, cluster) is not { } score)
            {
                continue;
            }

            for (var index = 0; index < count; index++)
            {
                column[index] = score(_feasible[index].Node);
            }

            plugin.Normalize(column);
            AddWeighted(totals, column, weight);
        }

        var best = 0;
        for (var index = 1; index < count; index++)
        {
            best = totals[index] > totals[best] ? index : best;
        }

        return best;
    }

    private static void AddWeighted(Span<long> totals, ReadOnlySpan<long> column, int weight)
    {
        for (var index = 0; index < totals.Length; index++)
        {
            totals[index] += column[index] * weight;
        }
    }

    private TemplateMemory Remember(Guid template)
    {
        if (_memories.TryGetValue(template, out var known))
        {
            _recent.Remove(known);
            _recent.AddFirst(known);
            return known.Value.Memory;
        }

        if (_recent.Count >= RememberedTemplates)
        {
            _memories.Remove(_recent.Last!.Value.Template);
            _recent.RemoveLast();
        }

        var memory = new TemplateMemory(profile.Scores.Length);
        _memories.Add(template, _recent.AddFirst((template, memory)));
        return memory;
    }
}
