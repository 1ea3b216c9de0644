using System.Text.Json.Nodes;
using Crescent.Grains.Events;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Volumes;

/// <summary>Binds claims to volumes that are there, and keeps the phases of both.</summary>
internal sealed class VolumeReconciler : IReconciler
{
    public string Name => "persistentvolume-binder";

    public bool LooksTwice => true;

    public async Task<ReconcileResult> ReconcileAsync(string key, ReconcileContext context, CancellationToken cancellationToken)
    {
        var id = ResourceKey.FromGrainKey(key);
        if (!(await context.ReadAsync(id.Type, cancellationToken)).TryGet(id.Namespace, id.Name, out var snapshot))
        {
            return ReconcileResult.Done;
        }

        return id.Type == KnownTypes.PersistentVolumes
            ? await KeepVolumeAsync(VolumeFacts.Of(snapshot), context, cancellationToken)
            : await BindAsync(ClaimFacts.Of(snapshot), context, cancellationToken);
    }

    /// <summary>The volume is reserved first, then the claim names it: a volume never serves two claims.</summary>
    private static async Task<ReconcileResult> BindAsync(ClaimFacts claim, ReconcileContext context, CancellationToken cancellationToken)
    {
        var volumes = await context.ReadAsync(KnownTypes.PersistentVolumes, cancellationToken);
        if (claim.IsBound)
        {
            return volumes.TryGet("", claim.VolumeName, out _)
                ? ReconcileResult.Done
                : await WriteAsync(claim.Snapshot, new() { ["phase"] = "Lost" }, context, cancellationToken);
        }

        if (claim.Snapshot.DeletionTimestamp is not null || await WaitsForConsumerAsync(claim, context, cancellationToken))
        {
            return ReconcileResult.Done;
        }

        if (VolumeBinder.Find(claim, volumes.Enumerate().Select(VolumeFacts.Of)) is not { } volume)
        {
            var message = (claim.Class ?? "").Length == 0
                ? "no persistent volumes available for this claim and no storage class is set"
                : $"storageclass.storage.k8s.io \"{claim.Class}\" has no volume for this claim, and none is provisioned";
            context.Event(
                EventSubject.Of(claim.Snapshot, "v1", "PersistentVolumeClaim"), (claim.Class ?? "").Length == 0 ? EventTypes.Normal : EventTypes.Warning,
                (claim.Class ?? "").Length == 0 ? "FailedBinding" : "ProvisioningFailed", message);
            return ReconcileResult.Done;
        }

        var reserved = await ReserveAsync(volume, claim, context, cancellationToken);
        if (reserved.Error is { } taken)
        {
            return ReconcileResult.Retry(taken.Message);
        }

        var bound = await context.PatchAsync(claim.Snapshot.Key, claim.Snapshot.Uid, Binding(volume), cancellationToken);
        return bound.Error is { Code: not 404 } error
            ? ReconcileResult.Retry(error.Message)
            : await WriteAsync(
                claim.Snapshot,
                new()
                {
                    ["phase"] = "Bound", ["accessModes"] = volume.View.At("spec", "accessModes").ToArray(),
                    ["capacity"] = JsonObject.Create(volume.View.At("spec", "capacity")),
                },
                context, cancellationToken);
    }

    private static async Task<bool> WaitsForConsumerAsync(ClaimFacts claim, ReconcileContext context, CancellationToken cancellationToken)
    {
        if (claim.Class is not { Length: > 0 } name
            || !(await context.ReadAsync(KnownTypes.StorageClasses, cancellationToken)).TryGet("", name, out var storage)
            || !storage.View().At("volumeBindingMode").ValueEqualsText("WaitForFirstConsumer"))
        {
            return false;
        }

        var pods = await context.ReadAsync(KnownTypes.Pods, cancellationToken);
        return !pods.Enumerate(claim.Snapshot.Key.Namespace).Any(pod => pod.View().At("spec", "volumes").Items()
            .Any(volume => volume.At("persistentVolumeClaim", "claimName").ValueEqualsText(claim.Snapshot.Key.Name)));
    }

    private static Task<MutationResult> ReserveAsync(
        VolumeFacts volume, ClaimFacts claim, ReconcileContext context, CancellationToken cancellationToken)
    {
        var patch = new JsonObject
        {
            ["spec"] = new JsonObject
            {
                ["claimRef"] = new JsonObject
                {
                    ["apiVersion"] = "v1", ["kind"] = "PersistentVolumeClaim", ["namespace"] = claim.Snapshot.Key.Namespace,
                    ["name"] = claim.Snapshot.Key.Name, ["uid"] = claim.Snapshot.Uid,
                },
            },
        };
        return context.PatchAsync(volume.Snapshot.Key, volume.Snapshot.Uid, patch, cancellationToken, version: volume.Snapshot.Version);
    }

    private static JsonObject Binding(VolumeFacts volume) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["annotations"] = new JsonObject { ["pv.kubernetes.io/bind-completed"] = "yes", ["pv.kubernetes.io/bound-by-controller"] = "yes" },
        },
        ["spec"] = new JsonObject { ["volumeName"] = volume.Snapshot.Key.Name },
    };

    private static async Task<ReconcileResult> KeepVolumeAsync(VolumeFacts volume, ReconcileContext context, CancellationToken cancellationToken)
    {
        if (volume.Snapshot.DeletionTimestamp is not null)
        {
            return ReconcileResult.Done;
        }

        var phase = "Available";
        if (volume.ClaimRef.At("uid").Text() is { Length: > 0 } uid)
        {
            var claims = await context.ReadAsync(KnownTypes.PersistentVolumeClaims, cancellationToken);
            var isThere = claims.TryGet(volume.ClaimRef.At("namespace").Text() ?? "", volume.ClaimRef.At("name").Text() ?? "", out var claim)
                && claim.Uid == uid;
            phase = isThere ? "Bound" : "Released";
            if (!isThere && volume.IsDeletedWhenReleased)
            {
                var deleted = await context.DeleteAsync(volume.Snapshot.Key, volume.Snapshot.Uid, cancellationToken);
                return deleted.Error is { Code: not 404 } error ? ReconcileResult.Retry(error.Message) : ReconcileResult.Done;
            }
        }

        return volume.Phase == phase
            ? ReconcileResult.Done
            : await WriteAsync(volume.Snapshot, new() { ["phase"] = phase }, context, cancellationToken);
    }

    private static async Task<ReconcileResult> WriteAsync(
        ResourceSnapshot snapshot, JsonObject status, ReconcileContext context, CancellationToken cancellationToken)
    {
        var result = await context.PatchAsync(snapshot.Key, snapshot.Uid, new() { ["status"] = status }, cancellationToken, "status");
        return result.Error is { Code: not 404 } error ? ReconcileResult.Retry(error.Message) : ReconcileResult.Done;
    }
}
