using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Batch.Jobs;

/// <summary>Computes the status patch of a Job.</summary>
internal static class JobStatus
{
    /// <summary>A merge patch, or null when the status already says so.</summary>
    public static JsonObject? Patch(JobFacts job, JobState state, DateTimeOffset now)
    {
        var wanted = new JsonObject
        {
            ["active"] = NullWhenZero(state.Active),
            ["ready"] = state.Ready,
            ["terminating"] = state.Terminating,
            ["succeeded"] = NullWhenZero(state.Succeeded),
            ["failed"] = NullWhenZero(state.Failed),
            ["completedIndexes"] = state.CompletedIndexes is { Length: > 0 } indexes ? indexes : null,
            ["failedIndexes"] = state.FailedIndexes is { Length: > 0 } lost ? lost : null,
            ["startTime"] = state.StartTime?.ToKubernetesTime(),
            ["completionTime"] = state.CompletionTime?.ToKubernetesTime(),
            ["uncountedTerminatedPods"] = Uncounted(state),
        };
        if (Conditions(job, state, now) is { } conditions)
        {
            wanted["conditions"] = conditions;
        }

        var present = JsonNode.Parse(job.Status.Exists() ? job.Status.GetRawText() : "{}")!.AsObject();
        foreach (var name in wanted.Select(static member => member.Key).Where(name => IsSame(name, present[name], wanted[name])).ToList())
        {
            wanted.Remove(name);
        }

        return wanted.Count == 0 ? null : new() { ["status"] = wanted };
    }

    private static bool IsSame(string name, JsonNode? present, JsonNode? wanted) =>
        JsonNode.DeepEquals(present, wanted)
        || (name == "uncountedTerminatedPods" && List(present, "succeeded") == List(wanted, "succeeded") && List(present, "failed") == List(wanted, "failed"));

    private static string List(JsonNode? uncounted, string name) =>
        string.Join(',', (uncounted?[name] as JsonArray ?? []).Select(static uid => (string?)uid).Order(StringComparer.Ordinal));

    private static JsonObject Uncounted(JobState state) => new()
    {
        ["succeeded"] = Uids(state.UncountedSucceeded), ["failed"] = Uids(state.UncountedFailed),
    };

    private static JsonArray? Uids(IReadOnlyCollection<string> uids) =>
        uids.Count == 0 ? null : [.. uids.Select(static uid => (JsonNode)JsonValue.Create(uid))];

    private static JsonArray? Conditions(JobFacts job, JobState state, DateTimeOffset now)
    {
        var conditions = job.Status.At("conditions").ToArray();
        var isChanged = false;
        foreach (var (type, status, reason, message) in state.Conditions)
        {
            var present = conditions.FirstOrDefault(condition => (string?)condition?["type"] == type);
            if ((string?)present?["status"] == status)
            {
                continue;
            }

            conditions.Remove(present);
            isChanged = true;
            conditions.Add((JsonNode)new JsonObject
            {
                ["type"] = type, ["status"] = status, ["lastProbeTime"] = now.ToKubernetesTime(), ["lastTransitionTime"] = now.ToKubernetesTime(),
                ["reason"] = reason, ["message"] = message,
            });
        }

        return isChanged ? conditions : null;
    }

    private static JsonNode? NullWhenZero(int value) => value == 0 ? null : value;
}
