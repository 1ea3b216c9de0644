using System.Collections.Immutable;
using Crescent.Grains.Scheduling.Framework;
using Crescent.Resources;

namespace Crescent.Grains.Scheduling.Preemption;

/// <summary>
/// Finds the node where the least has to go for a pod of higher priority, see
/// <see href="https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/">preemption</see>. It tries each node by
/// taking pods off the state and putting them back, so every filter has its say. Disruption budgets are kept where there is a choice.
/// </summary>
/// <param name="profile">Filters to ask.</param>
/// <param name="budgets">The cluster's PodDisruptionBudgets at present.</param>
internal sealed class PreemptionPlanner(SchedulingProfile profile, Func<IEnumerable<ResourceSnapshot>> budgets)
{
    /// <summary>Null when nothing would help, or room is on its way already.</summary>
    public PreemptionPlan? Plan(PodInfo pod, ClusterState cluster)
    {
        if (!pod.MayPreempt || cluster.LowestPriority is not { } lowest || lowest >= pod.Priority || IsRoomComing(pod, cluster))
        {
            return null;
        }

        var rooms = budgets().Select(static budget => new BudgetRoom(budget)).ToList();
        PreemptionPlan? best = null;
        foreach (var node in cluster.Nodes)
        {
            var lower = node.Pods.Where(other => other.Priority < pod.Priority).ToList();
            if (lower.Count > 0 && Find(pod, node, lower, cluster, rooms) is { } plan && (best is null || IsLess(plan, best)))
            {
                best = plan;
            }
        }

        return best is null || best.Victims.IsEmpty ? null : best;
    }

    private static bool IsRoomComing(PodInfo pod, ClusterState cluster) =>
        pod.NominatedNode.Length > 0 && cluster.FindNode(pod.NominatedNode) is { } node
        && node.Pods.Any(other => other.IsDeleting && other.Priority < pod.Priority);

    /// <summary>All lower pods go, then as many as possible come back: those whose budget would be broken, then the most important first.</summary>
    private PreemptionPlan? Find(PodInfo pod, NodeInfo node, List<PodInfo> lower, ClusterState cluster, List<BudgetRoom> rooms)
    {
        var ordered = lower.OrderByDescending(static other => !other.IsDeleting).ThenByDescending(static other => other.Priority)
            .ThenBy(static other => other.CreationTimestamp).ToList();
        var violating = BudgetRoom.Violating(ordered.Where(static other => !other.IsDeleting), rooms);
        foreach (var other in lower)
        {
            cluster.RemovePod(other.Uid);
        }

        var absent = new List<PodInfo>(lower);
        try
        {
            if (!Fits(pod, node, cluster))
            {
                return null;
            }

            foreach (var other in ordered.OrderByDescending(other => violating.Contains(other.Uid)))
            {
                cluster.SetPod(other, node.Name);
                if (Fits(pod, node, cluster))
                {
                    absent.Remove(other);
                }
                else
                {
                    cluster.RemovePod(other.Uid);
                }
            }

            return new(node.Name, [.. absent.Where(static other => !other.IsDeleting)], absent.Count(other => violating.Contains(other.Uid)));
        }
        finally
        {
            foreach (var other in absent)
            {
                cluster.SetPod(other, node.Name);
            }

            foreach (var other in lower.Where(other => !cluster.TryGetPod(other.Uid, out _, out _)))
            {
                cluster.SetPod(other, node.Name);
            }
        }
    }

    private bool Fits(PodInfo pod, NodeInfo node, ClusterState cluster) =>
        profile.Filters.All(filter => filter.Filter(pod, node) is null)
        && profile.ClusterFilters.All(filter => filter.Prepare(pod, cluster) is not { } judge || judge(node) is null);

    private static bool IsLess(PreemptionPlan plan, PreemptionPlan best)
    {
        var (left, right) = (plan.Victims, best.Victims);
        if (left.IsEmpty || right.IsEmpty)
        {
            return left.IsEmpty && !right.IsEmpty;
        }

        if (plan.Violations != best.Violations)
        {
            return plan.Violations < best.Violations;
        }

        var (leftTop, rightTop) = (left.Max(static pod => pod.Priority), right.Max(static pod => pod.Priority));
        if (leftTop != rightTop)
        {
            return leftTop < rightTop;
        }

        var (leftSum, rightSum) = (left.Sum(static pod => (long)pod.Priority), right.Sum(static pod => (long)pod.Priority));
        return leftSum != rightSum ? leftSum < rightSum
            : left.Length != right.Length ? left.Length < right.Length
            : left.Min(static pod => pod.CreationTimestamp) > right.Min(static pod => pod.CreationTimestamp);
    }
}
