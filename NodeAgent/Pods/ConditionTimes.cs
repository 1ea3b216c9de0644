using k8s.Models;

namespace Crescent.NodeAgent.Pods;

/// <summary>Since when each condition has its value; carried over restarts of the agent by the stored status.</summary>
internal sealed class ConditionTimes
{
    private readonly Dictionary<string, (string Status, DateTimeOffset Since)> _known = new(StringComparer.Ordinal);

    public static ConditionTimes From(V1PodStatus? status)
    {
        var times = new ConditionTimes();
        foreach (var condition in status?.Conditions ?? [])
        {
            if (condition.LastTransitionTime is { } since)
            {
                times._known[condition.Type] = (condition.Status, new DateTimeOffset(DateTime.SpecifyKind(since, DateTimeKind.Utc)));
            }
        }

        return times;
    }

    public DateTimeOffset Note(string type, string status, DateTimeOffset now)
    {
        if (!_known.TryGetValue(type, out var known) || known.Status != status)
        {
            known = (status, now);
            _known[type] = known;
        }

        return known.Since;
    }
}
