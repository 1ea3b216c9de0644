using Crescent.Resources;

namespace Crescent.Grains.Workloads;

/// <summary>Parses each state of a pod once per reconciler activation; entries of pods that are no longer asked for go away.</summary>
internal sealed class PodFactsMemo
{
    private Dictionary<string, PodFacts> _known = [];

    /// <summary>Facts of <paramref name="pods"/>, in their order.</summary>
    public List<PodFacts> Read(IEnumerable<ResourceSnapshot> pods)
    {
        var next = new Dictionary<string, PodFacts>(_known.Count, StringComparer.Ordinal);
        var facts = new List<PodFacts>(_known.Count);
        foreach (var pod in pods)
        {
            var fact = _known.TryGetValue(pod.Uid, out var known) && known.Snapshot.Version == pod.Version ? known : PodFacts.Of(pod);
            next[pod.Uid] = fact;
            facts.Add(fact);
        }

        _known = next;
        return facts;
    }
}
