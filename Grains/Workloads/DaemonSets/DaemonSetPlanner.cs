using System.Collections.Immutable;
using Crescent.Grains.Scheduling.Framework;
using Crescent.Grains.Workloads.Deployments;

namespace Crescent.Grains.Workloads.DaemonSets;

/// <summary>
/// One pod per node that wants one, and the
/// <see href="https://kubernetes.io/docs/tasks/manage-daemon/update-daemon-set/">rolling update</see> from old pods to new ones.
/// </summary>
internal static class DaemonSetPlanner
{
    /// <param name="set">The DaemonSet.</param>
    /// <param name="hash">Hash of its present template.</param>
    /// <param name="nodes">All nodes.</param>
    /// <param name="candidates">Pods it controls and pods of its namespace without a controller.</param>
    /// <param name="now">The present.</param>
    public static DaemonSetPlan Plan(
        DaemonSetFacts set, string hash, IReadOnlyList<NodeFacts> nodes, IReadOnlyList<DaemonPod> candidates, DateTimeOffset now)
    {
        var claims = Claims.Of(set.Snapshot, set.Selector, candidates, static pod => pod.Facts);
        var byNode = claims.Own.Where(static pod => pod.Node.Length > 0).ToLookup(static pod => pod.Node, StringComparer.Ordinal);
        var create = ImmutableArray.CreateBuilder<string>();
        var delete = new HashSet<DaemonPod>();
        var desired = new List<string>();
        var counts = new Counter(set, hash, now);
        foreach (var node in nodes)
        {
            var (shouldRun, mayStay) = set.Placement.Judge(node);
            var pods = byNode[node.Name].OrderBy(static pod => pod.Facts.CreatedAt).ToList();
            counts.Add(shouldRun, pods);
            if (shouldRun)
            {
                desired.Add(node.Name);
            }

            if (!mayStay)
            {
                delete.UnionWith(pods.Where(static pod => !pod.Facts.IsDeleting));
            }
            else if (pods.Count == 0 && shouldRun)
            {
                create.Add(node.Name);
            }
            else
            {
                delete.UnionWith(pods.Where(static pod => pod.Facts.IsFinished && !pod.Facts.IsDeleting));
            }
        }

        var known = nodes.Select(static node => node.Name).ToHashSet(StringComparer.Ordinal);
        delete.UnionWith(claims.Own.Where(pod => pod.Node.Length > 0 && !known.Contains(pod.Node) && !pod.Facts.IsDeleting));
        var rollout = new DaemonRollout(set, hash, RollingBounds.OfNodes(set.RollingUpdate, desired.Count), now);
        rollout.Plan(desired, byNode, create, delete);
        var failed = delete.Where(static pod => pod.Facts.Phase == "Failed").Select(static pod => pod.Facts);
        return new()
        {
            Adopt = claims.Adopt,
            Release = claims.Release,
            Create = set.IsDeleting ? [] : create.ToImmutable(),
            Delete = set.IsDeleting ? [] : [.. delete.Select(static pod => pod.Facts)],
            Failed = set.IsDeleting ? [] : [.. failed],
            Counts = counts.Result,
            LookAgain = Availability.Next(claims.Own.Select(static pod => pod.Facts), set.MinReady, now),
        };
    }

    private sealed class Counter(DaemonSetFacts set, string hash, DateTimeOffset now)
    {
        public DaemonCounts Result { get; private set; }

        public void Add(bool shouldRun, List<DaemonPod> pods)
        {
            if (!shouldRun)
            {
                Result = pods.Count == 0 ? Result : Result with { Misscheduled = Result.Misscheduled + 1 };
                return;
            }

            var best = pods.Where(static pod => pod.Facts.IsActive).OrderByDescending(static pod => pod.Facts.IsReady).FirstOrDefault();
            Result = Result with
            {
                Desired = Result.Desired + 1,
                Current = Result.Current + (pods.Count > 0 ? 1 : 0),
                Ready = Result.Ready + (best?.Facts.IsReady ?? false ? 1 : 0),
                Available = Result.Available + (best?.Facts.IsAvailable(set.MinReady, now) ?? false ? 1 : 0),
                Updated = Result.Updated + (pods.Any(pod => pod.Facts.IsActive && pod.Hash == hash) ? 1 : 0),
            };
        }
    }
}
