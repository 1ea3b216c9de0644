using System.Collections.Immutable;

namespace Crescent.Grains.Workloads.StatefulSets;

/// <summary>
/// Members with names that stay: see
/// <see href="https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#deployment-and-scaling-guarantees">the guarantees</see>.
/// </summary>
internal static class StatefulSetPlanner
{
    /// <param name="set">The StatefulSet.</param>
    /// <param name="current">Name of the revision the rollout comes from.</param>
    /// <param name="update">Name of the revision of the present template.</param>
    /// <param name="candidates">Pods it controls and pods of its namespace without a controller.</param>
    /// <param name="now">The present.</param>
    public static StatefulSetPlan Plan(
        StatefulSetFacts set, string current, string update, IReadOnlyList<PodFacts> candidates, DateTimeOffset now)
    {
        var claims = Claims.Of(set.Snapshot, set.Selector, [.. candidates.Where(pod => OrdinalPod.Of(set.Name, pod) is not null)], static pod => pod);
        var members = claims.Own.Select(pod => OrdinalPod.Of(set.Name, pod)!).ToList();
        var counts = Count(set, current, update, members, now);
        var plan = new StatefulSetPlan
        {
            Adopt = claims.Adopt, Release = claims.Release, Counts = counts, LookAgain = Availability.Next(claims.Own, set.MinReady, now),
        };
        return set.IsDeleting ? plan : new Step(set, update, now).Next(plan, members);
    }

    private static StatefulCounts Count(StatefulSetFacts set, string current, string update, List<OrdinalPod> members, DateTimeOffset now) => new(
        members.Count,
        members.Count(static pod => pod.IsHealthy),
        members.Count(pod => pod.IsHealthy && pod.Facts.IsAvailable(set.MinReady, now)),
        members.Count(pod => !pod.Facts.IsDeleting && pod.Revision == current),
        members.Count(pod => !pod.Facts.IsDeleting && pod.Revision == update));

    private sealed class Step(StatefulSetFacts set, string update, DateTimeOffset now)
    {
        private readonly ImmutableArray<(int, bool)>.Builder _create = ImmutableArray.CreateBuilder<(int, bool)>();
        private readonly ImmutableArray<PodFacts>.Builder _delete = ImmutableArray.CreateBuilder<PodFacts>();

        public StatefulSetPlan Next(StatefulSetPlan plan, List<OrdinalPod> members)
        {
            var byOrdinal = members.ToDictionary(static pod => pod.Ordinal);
            if (FillUp(byOrdinal) && ShrinkDown(members))
            {
                RollOn(byOrdinal);
            }

            return plan with { Create = _create.ToImmutable(), Delete = _delete.ToImmutable() };
        }

        /// <summary>From the first ordinal up; false when the rest has to wait.</summary>
        private bool FillUp(Dictionary<int, OrdinalPod> members)
        {
            for (var ordinal = set.Start; ordinal < set.Start + set.Replicas; ordinal++)
            {
                if (!members.TryGetValue(ordinal, out var pod))
                {
                    _create.Add((ordinal, !set.IsRolling || ordinal >= set.Partition));
                }
                else if (pod.Facts is { IsFinished: true, IsDeleting: false })
                {
                    // Its name has to become free before it can be made again.
                    _delete.Add(pod.Facts);
                }
                else if (pod.IsHealthy && pod.Facts.IsAvailable(set.MinReady, now))
                {
                    continue;
                }

                if (set.IsOrdered)
                {
                    return false;
                }
            }

            return true;
        }

        /// <summary>From the last ordinal down; false when the rest has to wait.</summary>
        private bool ShrinkDown(List<OrdinalPod> members)
        {
            var condemned = members.Where(pod => pod.Ordinal < set.Start || pod.Ordinal >= set.Start + set.Replicas)
                .OrderByDescending(static pod => pod.Ordinal).ToList();
            var firstUnhealthy = members.Where(static pod => !pod.IsHealthy).MinBy(static pod => pod.Ordinal);
            foreach (var pod in condemned)
            {
                // An unhealthy member further down is waited for, unless it is the one to go.
                if (!pod.Facts.IsDeleting && (!set.IsOrdered || pod.IsHealthy || pod == firstUnhealthy))
                {
                    _delete.Add(pod.Facts);
                }

                if (set.IsOrdered)
                {
                    return false;
                }
            }

            return true;
        }

        /// <summary>From the last ordinal down to the partition, while no more than so many are down.</summary>
        private void RollSeveral(Dictionary<int, OrdinalPod> members, int most)
        {
            var wanted = Enumerable.Range(set.Start, set.Replicas).ToList();
            var left = most - wanted.Count(ordinal =>
                !members.TryGetValue(ordinal, out var pod) || !pod.IsHealthy || !pod.Facts.IsAvailable(set.MinReady, now));
            foreach (var ordinal in wanted.Where(ordinal => ordinal >= set.Partition).OrderDescending())
            {
                if (left > 0 && members.TryGetValue(ordinal, out var pod) && pod.Revision != update && !pod.Facts.IsDeleting)
                {
                    _delete.Add(pod.Facts);
                    left--;
                }
            }
        }

        /// <summary>From the last ordinal down to the partition, one at a time, each healthy before the next.</summary>
        private void RollOn(Dictionary<int, OrdinalPod> members)
        {
            if (!set.IsRolling)
            {
                return;
            }

            if (set.MaxUnavailable is { } most)
            {
                RollSeveral(members, most);
                return;
            }

            for (var ordinal = set.Start + set.Replicas - 1; ordinal >= Math.Max(set.Start, set.Partition); ordinal--)
            {
                if (!members.TryGetValue(ordinal, out var pod))
                {
                    return;
                }

                if (pod.Revision != update && !pod.Facts.IsDeleting)
                {
                    _delete.Add(pod.Facts);
                    return;
                }

                if (!pod.IsHealthy || !pod.Facts.IsAvailable(set.MinReady, now))
                {
                    return;
                }
            }
        }
    }
}
