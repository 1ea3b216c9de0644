using Crescent.Grains.Scheduling.Framework;

namespace Crescent.Grains.Scheduling.Plugins;

/// <summary>The pod's own topology spread constraints: DoNotSchedule ones filter, ScheduleAnyway ones score.</summary>
internal sealed class PodTopologySpreadPlugin : IClusterFilterPlugin, IClusterScorePlugin
{
    private readonly Rejection _skew = new("PodTopologySpread", "node(s) didn't match pod topology spread constraints");
    private readonly Rejection _missingLabel =
        new("PodTopologySpread", "node(s) didn't match pod topology spread constraints (missing required label)");

    public string Name => "PodTopologySpread";

    Func<NodeInfo, Rejection?>? IClusterFilterPlugin.Prepare(PodInfo pod, ClusterState cluster)
    {
        var domains = Count(pod, cluster, isRequired: true);
        return domains.Length == 0 ? null : node =>
        {
            foreach (var (constraint, counts, smallest) in domains)
            {
                if (!node.Facts!.Labels.TryGetValue(constraint.TopologyKey, out var value))
                {
                    return _missingLabel;
                }

                var own = constraint.Selector?.Matches(pod.Labels) == true ? 1 : 0;
                if (counts.GetValueOrDefault(value) + own - smallest > constraint.MaxSkew)
                {
                    return _skew;
                }
            }

            return null;
        };
    }

    Func<NodeInfo, long>? IClusterScorePlugin.Prepare(PodInfo pod, ClusterState cluster)
    {
        var domains = Count(pod, cluster, isRequired: false);
        return domains.Length == 0 ? null : node => domains.Sum(domain =>
            node.Facts!.Labels.TryGetValue(domain.Constraint.TopologyKey, out var value) ? domain.Counts.GetValueOrDefault(value) : cluster.PodCount);
    }

    public void Normalize(Span<long> scores) => Scores.RelativeToMax(scores, isLessBetter: true);

    public bool MayHelp(PodInfo pod, ClusterChange change) => change switch
    {
        { Placed: { } placed } => IsSelected(pod, placed),
        { Left: { } left } => IsSelected(pod, left),
        _ => change.Node is not null,
    };

    private static bool IsSelected(PodInfo pod, PodInfo other) =>
        pod.Key.Namespace == other.Key.Namespace && pod.SpreadConstraints.Any(constraint => constraint.Selector?.Matches(other.Labels) == true);

    private static (SpreadConstraint Constraint, Dictionary<string, int> Counts, int Smallest)[] Count(PodInfo pod, ClusterState cluster, bool isRequired) =>
        [.. pod.SpreadConstraints.Where(constraint => constraint.IsRequired == isRequired).Select(constraint => Count(pod, cluster, constraint))];

    private static (SpreadConstraint Constraint, Dictionary<string, int> Counts, int Smallest) Count(
        PodInfo pod, ClusterState cluster, SpreadConstraint constraint)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var node in cluster.Nodes)
        {
            if (!node.Facts!.Labels.TryGetValue(constraint.TopologyKey, out var value)
                || (constraint.HonoursAffinity && !NodeAffinityPlugin.Matches(pod, node.Facts))
                || (constraint.HonoursTaints && node.Facts.FindUntoleratedTaint(pod) is not null))
            {
                continue;
            }

            var matching = constraint.Selector is null ? 0 : node.Pods.Count(other =>
                !other.IsDeleting && other.Key.Namespace == pod.Key.Namespace && constraint.Selector.Matches(other.Labels));
            counts[value] = counts.GetValueOrDefault(value) + matching;
        }

        var smallest = counts.Count == 0 || counts.Count < constraint.MinDomains ? 0 : counts.Values.Min();
        return (constraint, counts, smallest);
    }
}
