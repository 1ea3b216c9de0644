using Crescent.Grains.Scheduling.Framework;

namespace Crescent.Grains.Scheduling.Plugins;

/// <summary>nodeSelector and required node affinity filter; preferred terms add their weights.</summary>
internal sealed class NodeAffinityPlugin : IFilterPlugin, IScorePlugin
{
    private readonly Rejection _rejection = new("NodeAffinity", "node(s) didn't match Pod's node affinity/selector");

    public string Name => "NodeAffinity";

    /// <summary>Said of nodes that are left out at once because the pod names another.</summary>
    public Rejection Rejection => _rejection;

    public static bool Matches(PodInfo pod, NodeFacts node)
    {
        foreach (var (key, value) in pod.NodeSelector)
        {
            if (!node.Labels.TryGetValue(key, out var actual) || actual != value)
            {
                return false;
            }
        }

        return pod.RequiredNodeTerms.IsDefault || pod.RequiredNodeTerms.Any(term => term.Matches(node.Labels, node.Name));
    }

    /// <summary>The only nodes that can match, by name, when every required term names one; else null.</summary>
    public static IReadOnlyCollection<string>? NamedNodes(PodInfo pod)
    {
        if (pod.RequiredNodeTerms.IsDefaultOrEmpty)
        {
            return null;
        }

        string?[] names = [.. pod.RequiredNodeTerms.Select(static term => term.NamedNode)];
        return names.Contains(null) ? null : [.. names.OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    public Rejection? Filter(PodInfo pod, NodeInfo node) => Matches(pod, node.Facts!) ? null : _rejection;

    public bool MayHelp(PodInfo pod, ClusterChange change) =>
        change.Node is { } node && Matches(pod, node) && (change.PreviousNode is null || !Matches(pod, change.PreviousNode));

    public long Score(PodInfo pod, NodeInfo node)
    {
        long score = 0;
        foreach (var (weight, term) in pod.PreferredNodeTerms)
        {
            score += term.Matches(node.Facts!.Labels, node.Name) ? weight : 0;
        }

        return score;
    }

    public void Normalize(Span<long> scores) => Scores.RelativeToMax(scores, isLessBetter: false);
}
