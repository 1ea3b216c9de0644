using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Workloads;
using Crescent.Resources;
using Crescent.Schema;

namespace Crescent.Grains.Volumes;

/// <summary>A PersistentVolumeClaim as the binder reads it.</summary>
internal sealed record ClaimFacts
{
    private static readonly ConditionalWeakTable<ResourceSnapshot, ClaimFacts> Known = [];

    public required ResourceSnapshot Snapshot { get; init; }
    public required JsonElement View { get; init; }
    public required BigInteger Request { get; init; }

    /// <summary>Null: none was given; empty: volumes without a class.</summary>
    public required string? Class { get; init; }

    public required string Mode { get; init; }
    public required ImmutableArray<string> AccessModes { get; init; }

    /// <summary>Null: any volume will do.</summary>
    public required LabelSelector? Selector { get; init; }

    /// <summary>The volume it is bound to, or has to have; empty while any will do.</summary>
    public required string VolumeName { get; init; }

    public string Phase => View.At("status", "phase").Text() ?? "Pending";

    public bool IsBound => VolumeName.Length > 0 && Phase == "Bound";

    /// <summary>Read once per state: every change of a volume asks for all of them.</summary>
    public static ClaimFacts Of(ResourceSnapshot snapshot) => Known.GetValue(snapshot, Read);

    private static ClaimFacts Read(ResourceSnapshot snapshot)
    {
        var view = snapshot.View();
        var spec = view.At("spec");
        return new()
        {
            Snapshot = snapshot,
            View = view,
            Request = QuantityText.TryParseNano(spec.At("resources", "requests").At("storage").Text() ?? "", out var size) ? size : 0,
            Class = spec.At("storageClassName").Text(),
            Mode = spec.At("volumeMode").Text() ?? "Filesystem",
            AccessModes = [.. spec.At("accessModes").Items().Select(static mode => mode.Text() ?? "")],
            Selector = LabelSelector.Parse(spec.At("selector")),
            VolumeName = spec.At("volumeName").Text() ?? "",
        };
    }
}
