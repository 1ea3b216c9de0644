using System.Collections.Immutable;
using Crescent.Grains.Workloads;

namespace Crescent.Grains.Disruption;

/// <summary>
/// How many pods may be evicted, see
/// <see href="https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-budgets">disruption budgets</see>.
/// </summary>
internal static class BudgetPlanner
{
    /// <summary>An allowed eviction that has not shown after this time did not happen.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <param name="budget">The budget.</param>
    /// <param name="pods">Pods it covers.</param>
    /// <param name="scale">Wanted pods of the workloads behind them; only looked at when <see cref="BudgetFacts.NeedsScale"/>.</param>
    /// <param name="now">The present.</param>
    public static BudgetPlan Plan(BudgetFacts budget, IReadOnlyList<PodFacts> pods, int scale, DateTimeOffset now)
    {
        var byName = pods.ToDictionary(static pod => pod.Snapshot.Key.Name, StringComparer.Ordinal);
        var disrupted = budget.Disrupted
            .Where(entry => entry.Value + Patience > now && byName.TryGetValue(entry.Key, out var pod) && !pod.IsDeleting)
            .ToImmutableSortedDictionary(StringComparer.Ordinal);
        var expected = budget.NeedsScale ? scale : pods.Count;
        var desired = budget.MaxUnavailable.ValueKind is not (System.Text.Json.JsonValueKind.Undefined or System.Text.Json.JsonValueKind.Null)
            ? Math.Max(expected - BudgetFacts.Share(budget.MaxUnavailable, expected), 0)
            : BudgetFacts.Share(budget.MinAvailable, expected);
        var healthy = pods.Count(pod => pod.IsActive && pod.IsReady && !disrupted.ContainsKey(pod.Snapshot.Key.Name));
        var allowed = expected <= 0 ? 0 : Math.Max(healthy - desired, 0);
        TimeSpan? lookAgain = disrupted.Count == 0 ? null : disrupted.Values.Min() + Patience - now;
        return new(expected, desired, healthy, allowed, disrupted, lookAgain);
    }
}
