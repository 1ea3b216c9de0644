using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Workloads;
using Crescent.Resources;

namespace Crescent.Grains.Disruption;

/// <summary>A PodDisruptionBudget as its planner reads it.</summary>
internal sealed class BudgetFacts
{
    public required ResourceSnapshot Snapshot { get; init; }
    public required JsonElement View { get; init; }
    public required LabelSelector? Selector { get; init; }
    public required long Generation { get; init; }

    /// <summary>Evictions that were allowed and have not shown yet: pod name and when.</summary>
    public required ImmutableSortedDictionary<string, DateTimeOffset> Disrupted { get; init; }

    public JsonElement MinAvailable => View.At("spec", "minAvailable");

    public JsonElement MaxUnavailable => View.At("spec", "maxUnavailable");

    /// <summary>The wanted number follows from the size of the pods' workloads.</summary>
    public bool NeedsScale => MaxUnavailable.Exists() || MinAvailable.ValueKind == JsonValueKind.String;

    public static BudgetFacts Of(ResourceSnapshot snapshot)
    {
        var view = snapshot.View();
        return new()
        {
            Snapshot = snapshot,
            View = view,
            Selector = Selectors.Of(snapshot),
            Generation = view.At("metadata", "generation").Long() ?? 0,
            Disrupted = view.At("status", "disruptedPods").Members().ToImmutableSortedDictionary(
                static pod => pod.Name, static pod => pod.Value.Time() ?? DateTimeOffset.UnixEpoch, StringComparer.Ordinal),
        };
    }

    /// <summary>A number of pods; percentages round up.</summary>
    public static int Share(JsonElement value, int of)
    {
        if (value.Int() is { } number)
        {
            return number;
        }

        return int.TryParse((value.Text() ?? "").TrimEnd('%'), NumberStyles.None, CultureInfo.InvariantCulture, out var percent)
            ? (int)Math.Ceiling(of * percent / 100.0)
            : 0;
    }
}
