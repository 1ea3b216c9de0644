using System.Collections.Immutable;

namespace Crescent.Grains.Nodes.Lifecycle;

/// <summary>
/// Turns conditions into taints and taints into evictions; see
/// <see href="https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#taint-based-evictions">taint-based evictions</see>.
/// </summary>
internal static class NodeLifecyclePlanner
{
    /// <param name="node">The node.</param>
    /// <param name="pods">Pods bound to it.</param>
    /// <param name="isAnyNodeReady">False when all nodes are lost; then a lost node keeps its pods.</param>
    /// <param name="firstSeen">When this reconciler first saw a taint that carries no time of its own; filled in here.</param>
    /// <param name="now">The present.</param>
    public static NodeLifecyclePlan Plan(
        NodeFacts node, IReadOnlyList<NodePod> pods, bool isAnyNodeReady, Dictionary<(string Key, string Effect), DateTimeOffset> firstSeen,
        DateTimeOffset now)
    {
        var wanted = NodeTaints.For(node).ToList();
        var kept = node.Taints.Where(taint => !NodeTaints.IsManaged(taint) || wanted.Contains((taint.Key, taint.Effect))).ToList();
        var added = wanted.Where(want => !kept.Exists(taint => (taint.Key, taint.Effect) == want))
            .Select(want => new Taint(want.Key, "", want.Effect, now)).ToList();
        ImmutableArray<Taint> taints = [.. kept, .. added];
        var evict = ImmutableArray.CreateBuilder<NodePod>();
        TimeSpan? next = null;
        var deadly = Deadly(taints, isAnyNodeReady, firstSeen, now);
        foreach (var pod in deadly.Count == 0 ? [] : pods.Where(static pod => !pod.IsDeleting))
        {
            if (DeadlineOf(pod, deadly) is not { } deadline)
            {
                continue;
            }

            if (deadline <= now)
            {
                evict.Add(pod);
            }
            else
            {
                next = next is null || deadline - now < next ? deadline - now : next;
            }
        }

        return new()
        {
            Taints = added.Count > 0 || kept.Count != node.Taints.Length ? taints : null,
            HasFailed = added.Exists(static taint => taint is { Effect: NodeTaints.NoExecute, Key: NodeTaints.NotReady or NodeTaints.Unreachable }),
            MarkNotReady = node.Ready == "Unknown" ? [.. pods.Where(static pod => pod is { IsReady: true, IsFinished: false })] : [],
            MarkReadyAgain = node.Ready == "True" ? [.. pods.Where(static pod => pod is { IsMarkedNotReady: true, IsFinished: false })] : [],
            Evict = evict.ToImmutable(),
            LookAgain = next,
        };
    }

    /// <summary>NoExecute taints with the time from which tolerations count.</summary>
    private static List<(Taint Taint, DateTimeOffset Since)> Deadly(
        ImmutableArray<Taint> taints, bool isAnyNodeReady, Dictionary<(string Key, string Effect), DateTimeOffset> firstSeen, DateTimeOffset now)
    {
        var deadly = new List<(Taint, DateTimeOffset)>();
        foreach (var taint in taints.Where(static taint => taint.Effect == NodeTaints.NoExecute))
        {
            if (!isAnyNodeReady && NodeTaints.IsManaged(taint))
            {
                continue;
            }

            if (taint.AddedAt is not { } since && !firstSeen.TryGetValue((taint.Key, taint.Effect), out since))
            {
                firstSeen[(taint.Key, taint.Effect)] = since = now;
            }

            deadly.Add((taint, since));
        }

        foreach (var gone in firstSeen.Keys.Where(key => !taints.Any(taint => (taint.Key, taint.Effect) == key)).ToList())
        {
            firstSeen.Remove(gone);
        }

        return deadly;
    }

    /// <summary>Null when the pod may stay for good.</summary>
    private static DateTimeOffset? DeadlineOf(NodePod pod, List<(Taint Taint, DateTimeOffset Since)> deadly)
    {
        DateTimeOffset? deadline = null;
        foreach (var (taint, since) in deadly)
        {
            var tolerations = pod.Tolerations.Where(toleration => toleration.Tolerates(taint)).ToList();
            if (tolerations.Count == 0)
            {
                return DateTimeOffset.MinValue;
            }

            var limits = tolerations.Where(static toleration => toleration.For is not null).Select(static toleration => toleration.For!.Value).ToList();
            if (limits.Count > 0)
            {
                var end = since + limits.Min();
                deadline = deadline is null || end < deadline ? end : deadline;
            }
        }

        return deadline;
    }
}
