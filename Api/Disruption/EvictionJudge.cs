using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Definitions;
using Crescent.Resources;

namespace Crescent.Api.Disruption;

/// <summary>
/// Judges one <see href="https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/">eviction</see> against the budget of the pod.
/// </summary>
internal static class EvictionJudge
{
    private const string Message = "Cannot evict pod as it would violate the pod's disruption budget.";
    private const int MostDisrupted = 2000;

    /// <summary>True for pods that no budget protects: not yet running, at their end, or already going.</summary>
    public static bool IsFree(JsonElement pod) =>
        pod.Text("status", "phase") is "Pending" or "Succeeded" or "Failed" || pod.Has("metadata", "deletionTimestamp");

    public static EvictionVerdict Judge(JsonElement budget, JsonElement pod, DateTimeOffset now)
    {
        var name = budget.Text("metadata", "name");
        var (healthy, desired, allowed) = (
            budget.Number("status", "currentHealthy"), budget.Number("status", "desiredHealthy"), budget.Number("status", "disruptionsAllowed"));
        if (!IsReady(pod) && (budget.Text("spec", "unhealthyPodEvictionPolicy") == "AlwaysAllow" || (healthy >= desired && desired > 0)))
        {
            return EvictionVerdict.Free;
        }

        if (budget.Number("status", "observedGeneration") < budget.Number("metadata", "generation"))
        {
            return Refuse($"The disruption budget {name} is still being processed by the server.", 10);
        }

        if (budget.Members("status", "disruptedPods").Count() > MostDisrupted)
        {
            return new(
                ResourceErrors.Forbidden(new("policy", "poddisruptionbudgets"), name, "DisruptedPods map too big - too many evictions not confirmed by PDB controller"),
                null);
        }

        if (allowed <= 0)
        {
            return Refuse(
                string.Create(CultureInfo.InvariantCulture, $"The disruption budget {name} needs {desired} healthy pods and has {healthy} currently"), 0);
        }

        return new(null, new()
        {
            ["status"] = new JsonObject
            {
                ["disruptionsAllowed"] = allowed - 1,
                ["disruptedPods"] = new JsonObject
                {
                    [pod.Text("metadata", "name")] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                },
            },
        });
    }

    private static EvictionVerdict Refuse(string cause, int retryAfter) => new(
        new()
        {
            Code = 429, Reason = "TooManyRequests", Message = Message, RetryAfterSeconds = retryAfter,
            Causes = ImmutableArray.Create(new ErrorCause { Reason = "DisruptionBudget", Field = "", Message = cause }),
        },
        null);

    private static bool IsReady(JsonElement pod) => pod.Items("status", "conditions").Any(
        static condition => condition.Text("type") == "Ready" && condition.Text("status") == "True");
}
