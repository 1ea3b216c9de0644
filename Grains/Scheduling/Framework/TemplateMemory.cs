namespace Crescent.Grains.Scheduling.Framework;

/// <summary>
/// What the node-local plugins said of each node for one pod template. An entry holds while the node's generation is the one it was made
/// at, so a node that took a pod is asked again and the others are not.
/// </summary>
internal sealed class TemplateMemory(int scoreCount)
{
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>The entry of the node, made or refreshed through <paramref name="profile"/>.</summary>
    public Entry Evaluate(SchedulingProfile profile, PodInfo pod, NodeInfo node)
    {
        if (_entries.TryGetValue(node.Name, out var entry))
        {
            if (entry.Generation == node.Generation)
            {
                return entry;
            }
        }
        else
        {
            _entries.Add(node.Name, entry = new(scoreCount));
        }

        entry.Generation = node.Generation;
        entry.Rejection = null;
        foreach (var plugin in profile.Filters)
        {
            if (plugin.Filter(pod, node) is { } rejection)
            {
                entry.Rejection = rejection;
                return entry;
            }
        }

        for (var index = 0; index < scoreCount; index++)
        {
            entry.Scores[index] = profile.Scores[index].Plugin.Score(pod, node);
        }

        return entry;
    }

    /// <summary>Verdict and raw scores for one node.</summary>
    internal sealed class Entry(int scoreCount)
    {
        public long Generation { get; set; }

        public Rejection? Rejection { get; set; }

        public long[] Scores { get; } = new long[scoreCount];
    }
}
