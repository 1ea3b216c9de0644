using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Scheduling.Framework;
using Crescent.Grains.Workloads;
using Crescent.Resources;

namespace Crescent.Grains.Scheduling.Preemption;

/// <summary>How many pods a PodDisruptionBudget can still spare; counts down as victims are counted in.</summary>
internal sealed class BudgetRoom
{
    private readonly string _namespace;
    private readonly LabelSelector? _selector;
    private readonly HashSet<string> _disrupted;
    private readonly int _allowed;
    private int _left;

    public BudgetRoom(ResourceSnapshot budget)
    {
        using var document = JsonDocument.Parse(budget.Body);
        var status = document.RootElement.At("status");
        _namespace = budget.Key.Namespace;
        _selector = Selectors.Of(budget);
        _allowed = status.At("disruptionsAllowed").Int() ?? 0;
        _disrupted = status.At("disruptedPods").Members().Select(static pod => pod.Name).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Pods that would break a budget if all of these left, the ones named first being spared for.</summary>
    public static HashSet<string> Violating(IEnumerable<PodInfo> pods, IReadOnlyList<BudgetRoom> budgets)
    {
        foreach (var budget in budgets)
        {
            budget._left = budget._allowed;
        }

        var violating = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pod in pods)
        {
            foreach (var budget in budgets)
            {
                if (budget.Covers(pod) && --budget._left < 0)
                {
                    violating.Add(pod.Uid);
                }
            }
        }

        return violating;
    }

    // Pods whose eviction was granted have been counted; here, unlike for evictions, an empty selector selects nothing.
    private bool Covers(PodInfo pod) =>
        pod.Key.Namespace == _namespace && _selector is { IsEmpty: false } && !_disrupted.Contains(pod.Key.Name) && _selector.Matches(pod.Labels);
}
