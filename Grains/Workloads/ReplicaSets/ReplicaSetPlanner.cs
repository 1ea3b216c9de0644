using System.Collections.Immutable;

namespace Crescent.Grains.Workloads.ReplicaSets;

/// <summary>
/// Decides adoption, release, creation, deletion and counts of one
/// <see href="https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/">ReplicaSet</see>.
/// </summary>
internal static class ReplicaSetPlanner
{
    /// <param name="set">The ReplicaSet.</param>
    /// <param name="candidates">Pods it controls and pods of its namespace without a controller.</param>
    /// <param name="related">Active pods per node of this set and its siblings under the same owner, for spreading deletions.</param>
    /// <param name="now">The present.</param>
    public static ReplicaSetPlan Plan(
        ReplicaSetFacts set, IReadOnlyList<PodFacts> candidates, IReadOnlyDictionary<string, int> related, DateTimeOffset now)
    {
        var adopt = ImmutableArray.CreateBuilder<PodFacts>();
        var release = ImmutableArray.CreateBuilder<PodFacts>();
        var active = new List<PodFacts>(candidates.Count);
        foreach (var pod in candidates)
        {
            var isMatch = set.Selector?.Matches(pod.Snapshot.Labels) ?? false;
            if (pod.Snapshot.ControllerUid == set.Snapshot.Uid)
            {
                if (!isMatch)
                {
                    if (!set.IsDeleting)
                    {
                        release.Add(pod);
                    }
                }
                else if (pod.IsActive)
                {
                    active.Add(pod);
                }
            }
            else if (pod.Snapshot.ControllerUid is null && isMatch && pod.IsActive && !set.IsDeleting)
            {
                adopt.Add(pod);
                active.Add(pod);
            }
        }

        var difference = set.IsDeleting ? 0 : set.Replicas - active.Count;
        return new()
        {
            Adopt = adopt.ToImmutable(),
            Release = release.ToImmutable(),
            Create = Math.Max(difference, 0),
            Delete = difference < 0 ? DeletionRanking.Choose(active, -difference, related, now) : [],
            Counts = Count(set, active, now),
            LookAgain = NextAvailable(set, active, now),
        };
    }

    private static ReplicaCounts Count(ReplicaSetFacts set, List<PodFacts> active, DateTimeOffset now) => new(
        active.Count,
        active.Count(pod => set.TemplateLabels.All(label => pod.Snapshot.Labels.TryGetValue(label.Key, out var value) && value == label.Value)),
        active.Count(static pod => pod.IsReady),
        active.Count(pod => pod.IsAvailable(set.MinReady, now)));

    private static TimeSpan? NextAvailable(ReplicaSetFacts set, List<PodFacts> active, DateTimeOffset now)
    {
        if (set.MinReady == TimeSpan.Zero)
        {
            return null;
        }

        TimeSpan? next = null;
        foreach (var pod in active)
        {
            if (pod.IsReady && !pod.IsAvailable(set.MinReady, now))
            {
                var wait = (pod.ReadySince ?? now) + set.MinReady - now;
                next = next is null || wait < next ? wait : next;
            }
        }

        return next;
    }
}
