using Crescent.Grains.Scheduling.Framework;

namespace Crescent.Grains.Scheduling.Plugins;

/// <summary>Sums per topology: a node label's key and value.</summary>
internal sealed class TopologyCounts
{
    private readonly Dictionary<(string Key, string Value), long> _counts = [];

    /// <summary>Keys in use, so that a node is asked only for labels that matter.</summary>
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);

    public bool IsEmpty => _counts.Count == 0;

    /// <summary>Nodes without the label are in no topology and count for nothing.</summary>
    public void Add(NodeFacts node, string key, long amount)
    {
        if (node.Labels.TryGetValue(key, out var value))
        {
            _keys.Add(key);
            _counts[(key, value)] = _counts.GetValueOrDefault((key, value)) + amount;
        }
    }

    public long Get(NodeFacts node, string key) =>
        node.Labels.TryGetValue(key, out var value) ? _counts.GetValueOrDefault((key, value)) : 0;

    /// <summary>Over all keys.</summary>
    public long Sum(NodeFacts node)
    {
        long sum = 0;
        foreach (var key in _keys)
        {
            sum += Get(node, key);
        }

        return sum;
    }
}
