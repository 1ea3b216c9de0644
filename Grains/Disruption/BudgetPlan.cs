using System.Collections.Immutable;

namespace Crescent.Grains.Disruption;

/// <summary>The status of a budget, computed.</summary>
internal sealed record BudgetPlan(
    int Expected, int Desired, int Healthy, int Allowed, ImmutableSortedDictionary<string, DateTimeOffset> Disrupted, TimeSpan? LookAgain);
