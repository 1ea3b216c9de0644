using Crescent.Grains.Scheduling.Framework;

namespace Crescent.Grains.Scheduling.Plugins;

/// <summary>
/// Default spreading for pods without constraints of their own: fewer pods of the same controller on the node is better.
/// </summary>
internal sealed class OwnerSpreadPlugin : IScorePlugin
{
    public string Name => "PodTopologySpread";

    public long Score(PodInfo pod, NodeInfo node) =>
        pod.ControllerUid is { } controller && pod.SpreadConstraints.IsEmpty ? node.CountOf(controller) : 0;

    public void Normalize(Span<long> scores) => Scores.RelativeToMax(scores, isLessBetter: true);
}
