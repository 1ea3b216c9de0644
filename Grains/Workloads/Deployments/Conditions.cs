using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Workloads.Deployments;

/// <summary>The conditions of a Deployment while its status is being computed.</summary>
internal sealed class Conditions
{
    private readonly List<Condition> _conditions = [];

    public Conditions(JsonElement conditions)
    {
        foreach (var item in conditions.Items())
        {
            _conditions.Add(new(
                item.At("type").Text() ?? "", item.At("status").Text() ?? "", item.At("reason").Text() ?? "", item.At("message").Text() ?? "",
                item.At("lastUpdateTime").Time() ?? DateTimeOffset.UnixEpoch, item.At("lastTransitionTime").Time() ?? DateTimeOffset.UnixEpoch));
        }
    }

    public bool IsChanged { get; private set; }

    public Condition? Find(string type) => _conditions.Find(condition => condition.Type == type);

    /// <summary>
    /// Sets a condition; one with the same status and reason stays as it is, unless <paramref name="isRefreshed"/> asks for a new update
    /// time. The transition time only moves with the status.
    /// </summary>
    public void Set(string type, string status, string reason, string message, DateTimeOffset now, bool isRefreshed = false)
    {
        var present = Find(type);
        if (!isRefreshed && present is not null && present.Status == status && present.Reason == reason)
        {
            return;
        }

        Remove(type);
        _conditions.Add(new(type, status, reason, message, now, present?.Status == status ? present.TransitionAt : now));
        IsChanged = true;
    }

    public void Remove(string type) => IsChanged |= _conditions.RemoveAll(condition => condition.Type == type) > 0;

    public JsonArray ToJson() => new([.. _conditions.Select(static condition => (JsonNode)new JsonObject
    {
        ["type"] = condition.Type,
        ["status"] = condition.Status,
        ["lastUpdateTime"] = condition.UpdatedAt.ToKubernetesTime(),
        ["lastTransitionTime"] = condition.TransitionAt.ToKubernetesTime(),
        ["reason"] = condition.Reason,
        ["message"] = condition.Message,
    })]);

    internal sealed record Condition(
        string Type, string Status, string Reason, string Message, DateTimeOffset UpdatedAt, DateTimeOffset TransitionAt);
}
