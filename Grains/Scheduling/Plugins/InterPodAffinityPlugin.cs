using Crescent.Grains.Scheduling.Framework;

namespace Crescent.Grains.Scheduling.Plugins;

/// <summary>
/// Pods near or away from other pods. Counts matching pods per topology value (the value of a node label) once per attempt, then each
/// node is a few look-ups.
/// </summary>
internal sealed class InterPodAffinityPlugin : IClusterFilterPlugin, IClusterScorePlugin
{
    private readonly Rejection _affinity = new("InterPodAffinity", "node(s) didn't match pod affinity rules");
    private readonly Rejection _antiAffinity = new("InterPodAffinity", "node(s) didn't match pod anti-affinity rules");
    private readonly Rejection _existing = new("InterPodAffinity", "node(s) didn't satisfy existing pods anti-affinity rules");

    public string Name => "InterPodAffinity";

    Func<NodeInfo, Rejection?>? IClusterFilterPlugin.Prepare(PodInfo pod, ClusterState cluster)
    {
        var existing = new TopologyCounts();
        foreach (var (other, node) in cluster.PodsWithAntiAffinity)
        {
            foreach (var term in other.RequiredAntiAffinity)
            {
                if (node.Facts is { } facts && term.Matches(pod))
                {
                    existing.Add(facts, term.TopologyKey, 1);
                }
            }
        }

        if (pod.RequiredAffinity.IsEmpty && pod.RequiredAntiAffinity.IsEmpty)
        {
            return existing.IsEmpty ? null : node => existing.Sum(node.Facts!) > 0 ? _existing : null;
        }

        var wanted = new TopologyCounts();
        var unwanted = new TopologyCounts();
        foreach (var node in cluster.Nodes)
        {
            foreach (var other in node.Pods)
            {
                if (!pod.RequiredAffinity.IsEmpty && pod.RequiredAffinity.All(term => term.Matches(other)))
                {
                    foreach (var term in pod.RequiredAffinity)
                    {
                        wanted.Add(node.Facts!, term.TopologyKey, 1);
                    }
                }

                foreach (var term in pod.RequiredAntiAffinity)
                {
                    if (term.Matches(other))
                    {
                        unwanted.Add(node.Facts!, term.TopologyKey, 1);
                    }
                }
            }
        }

        // The first pod of a group that wants to be near itself would otherwise never start.
        var isFirstOfItsGroup = wanted.IsEmpty && pod.RequiredAffinity.All(term => term.Matches(pod));
        return node => Check(pod, node.Facts!, wanted, unwanted, existing, isFirstOfItsGroup);
    }

    Func<NodeInfo, long>? IClusterScorePlugin.Prepare(PodInfo pod, ClusterState cluster)
    {
        var points = new TopologyCounts();
        foreach (var (other, node) in cluster.PodsWithPreferences)
        {
            if (node.Facts is not { } facts)
            {
                continue;
            }

            foreach (var term in other.PreferredAffinity)
            {
                if (term.Matches(pod))
                {
                    points.Add(facts, term.TopologyKey, term.Weight);
                }
            }

            foreach (var term in other.RequiredAffinity)
            {
                if (term.Matches(pod))
                {
                    points.Add(facts, term.TopologyKey, 1);
                }
            }
        }

        if (!pod.PreferredAffinity.IsEmpty)
        {
            foreach (var node in cluster.Nodes)
            {
                foreach (var other in node.Pods)
                {
                    foreach (var term in pod.PreferredAffinity)
                    {
                        if (term.Matches(other))
                        {
                            points.Add(node.Facts!, term.TopologyKey, term.Weight);
                        }
                    }
                }
            }
        }

        return points.IsEmpty ? null : node => points.Sum(node.Facts!);
    }

    public void Normalize(Span<long> scores) => Scores.BetweenMinAndMax(scores);

    public bool MayHelp(PodInfo pod, ClusterChange change) => change switch
    {
        { Placed: { } placed } => pod.RequiredAffinity.Any(term => term.Matches(placed)) || !pod.RequiredAntiAffinity.IsEmpty,
        { Left: { } left } => pod.RequiredAntiAffinity.Any(term => term.Matches(left)) || left.RequiredAntiAffinity.Any(term => term.Matches(pod)),
        { Node: { } node } => change.PreviousNode is null || !HaveSameLabels(node, change.PreviousNode),
        _ => false,
    };

    private static bool HaveSameLabels(NodeFacts left, NodeFacts right) =>
        left.Labels.Count == right.Labels.Count && left.Labels.All(pair => right.Labels.TryGetValue(pair.Key, out var value) && value == pair.Value);

    private Rejection? Check(
        PodInfo pod, NodeFacts node, TopologyCounts wanted, TopologyCounts unwanted, TopologyCounts existing, bool isFirstOfItsGroup)
    {
        foreach (var term in pod.RequiredAffinity)
        {
            if (!node.Labels.ContainsKey(term.TopologyKey) || (!isFirstOfItsGroup && wanted.Get(node, term.TopologyKey) == 0))
            {
                return _affinity;
            }
        }

        foreach (var term in pod.RequiredAntiAffinity)
        {
            if (unwanted.Get(node, term.TopologyKey) > 0)
            {
                return _antiAffinity;
            }
        }

        return existing.Sum(node) > 0 ? _existing : null;
    }
}
