using System.Collections.Immutable;
using Crescent.Grains.Reconciling;
using Crescent.Resources;

namespace Crescent.Grains.Nodes.Lifecycle;

/// <summary>A Node as its life cycle reads it.</summary>
internal sealed class NodeFacts
{
    public required ResourceSnapshot Snapshot { get; init; }
    public required ImmutableArray<Taint> Taints { get; init; }
    public required bool IsUnschedulable { get; init; }

    /// <summary>Status by type of condition.</summary>
    public required IReadOnlyDictionary<string, string> Conditions { get; init; }

    /// <summary>True, False, Unknown, or empty when never reported.</summary>
    public string Ready => Conditions.GetValueOrDefault("Ready", "");

    public static NodeFacts Of(ResourceSnapshot snapshot)
    {
        var view = snapshot.View();
        var conditions = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var condition in view.At("status", "conditions").Items())
        {
            conditions[condition.At("type").Text() ?? ""] = condition.At("status").Text() ?? "";
        }

        return new()
        {
            Snapshot = snapshot,
            Taints = [.. view.At("spec", "taints").Items().Select(Taint.Of)],
            IsUnschedulable = view.At("spec", "unschedulable").IsTrue(),
            Conditions = conditions,
        };
    }
}
