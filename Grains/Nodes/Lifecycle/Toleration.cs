using System.Text.Json;
using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Nodes.Lifecycle;

/// <summary>One of a pod's <c>spec.tolerations</c>.</summary>
internal sealed record Toleration(string Key, string Operator, string Value, string Effect, TimeSpan? For)
{
    public static Toleration Of(JsonElement toleration) => new(
        toleration.At("key").Text() ?? "", toleration.At("operator").Text() ?? "Equal", toleration.At("value").Text() ?? "",
        toleration.At("effect").Text() ?? "",
        toleration.At("tolerationSeconds").Long() is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, int.MaxValue)) : null);

    public bool Tolerates(Taint taint) =>
        (Effect.Length == 0 || Effect == taint.Effect)
        && (Key.Length == 0 ? Operator == "Exists" : Key == taint.Key)
        && (Operator == "Exists" || Value == taint.Value);
}
