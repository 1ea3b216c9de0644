using System.Collections.Immutable;

namespace Crescent.Grains.Scheduling.Framework;

/// <summary>Why no node could take a pod.</summary>
internal sealed class Diagnosis(int nodeCount)
{
    private readonly Dictionary<string, int> _reasons = new(StringComparer.Ordinal);
    private readonly HashSet<string> _plugins = new(StringComparer.Ordinal);

    /// <summary>Plugins that rejected at least one node: only these need to hear of changes.</summary>
    public ImmutableHashSet<string> Plugins => [.. _plugins];

    public void Add(Rejection rejection, int nodes = 1)
    {
        _plugins.Add(rejection.Plugin);
        foreach (var reason in rejection.Reasons)
        {
            _reasons[reason] = _reasons.GetValueOrDefault(reason) + nodes;
        }
    }

    /// <summary><c>0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient cpu.</c></summary>
    public string ToMessage()
    {
        if (nodeCount == 0)
        {
            return "no nodes available to schedule pods";
        }

        var reasons = _reasons.Select(static pair => $"{pair.Value} {pair.Key}").Order(StringComparer.Ordinal);
        return $"0/{nodeCount} nodes are available: {string.Join(", ", reasons)}.";
    }
}
