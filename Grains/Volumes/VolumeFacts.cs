using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Schema;

namespace Crescent.Grains.Volumes;

/// <summary>A PersistentVolume as the binder reads it.</summary>
internal sealed record VolumeFacts
{
    private static readonly ConditionalWeakTable<ResourceSnapshot, VolumeFacts> Known = [];

    public required ResourceSnapshot Snapshot { get; init; }
    public required JsonElement View { get; init; }
    public required BigInteger Capacity { get; init; }
    public required string Class { get; init; }
    public required string Mode { get; init; }
    public required ImmutableArray<string> AccessModes { get; init; }
    public required string Phase { get; init; }

    /// <summary>The claim it is bound to or reserved for.</summary>
    public JsonElement ClaimRef => View.At("spec", "claimRef");

    public bool IsFree => !ClaimRef.Exists() && Phase is "Available" or "Pending" && Snapshot.DeletionTimestamp is null;

    /// <summary>Delete or Retain.</summary>
    public bool IsDeletedWhenReleased => View.At("spec", "persistentVolumeReclaimPolicy").ValueEqualsText("Delete");

    /// <summary>Read once per state: every change of a volume asks for all of them.</summary>
    public static VolumeFacts Of(ResourceSnapshot snapshot) => Known.GetValue(snapshot, Read);

    private static VolumeFacts Read(ResourceSnapshot snapshot)
    {
        var view = snapshot.View();
        var spec = view.At("spec");
        return new()
        {
            Snapshot = snapshot,
            View = view,
            Capacity = QuantityText.TryParseNano(spec.At("capacity", "storage").Text() ?? "", out var size) ? size : 0,
            Class = spec.At("storageClassName").Text() ?? "",
            Mode = spec.At("volumeMode").Text() ?? "Filesystem",
            AccessModes = [.. spec.At("accessModes").Items().Select(static mode => mode.Text() ?? "")],
            Phase = view.At("status", "phase").Text() ?? "Pending",
        };
    }

    /// <summary>Whether it is bound to or reserved for the claim of that name.</summary>
    public bool IsFor(ResourceKey claim) =>
        ClaimRef.At("namespace").ValueEqualsText(claim.Namespace) && ClaimRef.At("name").ValueEqualsText(claim.Name);
}
