using System.Collections.Immutable;

namespace Crescent.Grains.Workloads.ReplicaSets;

/// <summary>
/// Which pods go first when a ReplicaSet shrinks; the order is
/// <see href="https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#scaling-a-replicaset">documented</see>.
/// </summary>
internal static class DeletionRanking
{
    /// <summary>The <paramref name="count"/> pods that are missed least.</summary>
    public static ImmutableArray<PodFacts> Choose(
        IReadOnlyList<PodFacts> active, int count, IReadOnlyDictionary<string, int> related, DateTimeOffset now)
    {
        var ranked = active.ToArray();
        Array.Sort(ranked, (left, right) => Compare(left, right, related, now));
        return [.. ranked.AsSpan(0, Math.Min(count, ranked.Length))];
    }

    private static int Compare(PodFacts left, PodFacts right, IReadOnlyDictionary<string, int> related, DateTimeOffset now)
    {
        if ((left.NodeName.Length == 0) != (right.NodeName.Length == 0))
        {
            return left.NodeName.Length == 0 ? -1 : 1;
        }

        if (PhaseRank(left) != PhaseRank(right))
        {
            return PhaseRank(left).CompareTo(PhaseRank(right));
        }

        if (left.IsReady != right.IsReady)
        {
            return left.IsReady ? 1 : -1;
        }

        if (left.DeletionCost != right.DeletionCost)
        {
            return left.DeletionCost.CompareTo(right.DeletionCost);
        }

        var leftRelated = related.GetValueOrDefault(left.NodeName);
        var rightRelated = related.GetValueOrDefault(right.NodeName);
        if (leftRelated != rightRelated)
        {
            return rightRelated.CompareTo(leftRelated);
        }

        if (left.IsReady && AgeRank(left.ReadySince, now) is var leftAge && AgeRank(right.ReadySince, now) is var rightAge && leftAge != rightAge)
        {
            return leftAge.CompareTo(rightAge);
        }

        if (left.Restarts != right.Restarts)
        {
            return right.Restarts.CompareTo(left.Restarts);
        }

        var byAge = AgeRank(left.CreatedAt, now).CompareTo(AgeRank(right.CreatedAt, now));
        return byAge != 0 ? byAge : string.CompareOrdinal(left.Snapshot.Uid, right.Snapshot.Uid);
    }

    private static int PhaseRank(PodFacts pod) => pod.Phase switch { "Pending" => 0, "Unknown" => 1, _ => 2 };

    /// <summary>Logarithm of the age: pods of about the same age are equal, so that not always the newest node loses its pods.</summary>
    private static int AgeRank(DateTimeOffset? since, DateTimeOffset now) =>
        since is { } start && now > start ? (int)Math.Log2(Math.Max(1, (now - start).Ticks)) : 0;
}
