using Crescent.Grains.Scheduling.Framework;

namespace Crescent.Grains.Scheduling.Plugins;

/// <summary>NoSchedule and NoExecute taints keep pods away that do not tolerate them; PreferNoSchedule taints cost points.</summary>
internal sealed class TaintTolerationPlugin : IFilterPlugin, IScorePlugin
{
    public string Name => "TaintToleration";

    public Rejection? Filter(PodInfo pod, NodeInfo node) =>
        node.Facts!.FindUntoleratedTaint(pod) is { } taint
            ? new(Name, $"node(s) had untolerated taint {{{taint.Key}: {taint.Value}}}")
            : null;

    public bool MayHelp(PodInfo pod, ClusterChange change) =>
        change.Node is { } node && node.FindUntoleratedTaint(pod) is null
        && (change.PreviousNode is null || change.PreviousNode.FindUntoleratedTaint(pod) is not null);

    public long Score(PodInfo pod, NodeInfo node) =>
        node.Facts!.Taints.Count(taint => taint.Effect == Taint.PreferNoSchedule && !NodeFacts.IsTolerated(pod, taint));

    public void Normalize(Span<long> scores) => Scores.RelativeToMax(scores, isLessBetter: true);
}
