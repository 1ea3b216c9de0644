using System.Collections.Immutable;
using System.Text.Json;
using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Batch.Jobs;

/// <summary>
/// When an Indexed job has succeeded before all indexes have: the first rule that holds, see
/// <see href="https://kubernetes.io/docs/concepts/workloads/controllers/job/#success-policy">success policy</see>.
/// </summary>
internal sealed class SuccessPolicy
{
    private readonly ImmutableArray<(SortedSet<int>? Indexes, int? Count)> _rules;

    private SuccessPolicy(ImmutableArray<(SortedSet<int>?, int?)> rules) => _rules = rules;

    public static SuccessPolicy Of(JsonElement policy) => new(
    [
        .. policy.At("rules").Items().Select(static rule => (
            rule.At("succeededIndexes").Text() is { } text ? IndexSet.Parse(text) : null, rule.At("succeededCount").Int())),
    ]);

    /// <summary>Number of the rule that holds; null for none.</summary>
    public int? Match(SortedSet<int> completed)
    {
        for (var index = 0; index < _rules.Length; index++)
        {
            var (indexes, count) = _rules[index];
            var reached = indexes is null ? completed.Count : indexes.Count(completed.Contains);
            if (reached >= (count ?? indexes?.Count ?? int.MaxValue))
            {
                return index;
            }
        }

        return null;
    }
}
