using System.Text.Json.Nodes;
using Crescent.Grains.Events;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Volumes;

/// <summary>Binds claims to volumes that are there or that it makes, keeps the phases of both, and protects what is in use.</summary>
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
        if (Finalizers.Has(claim.Snapshot, Finalizers.Claim))
        {
            return await IsUsedAsync(claim, context, cancellationToken)
                ? ReconcileResult.Done
                : await Finalizers.RemoveAsync(claim.Snapshot, Finalizers.Claim, context, cancellationToken);
        }

        if (claim.IsBound)
        {
            return volumes.TryGet("", claim.VolumeName, out _)
                ? ReconcileResult.Done
                : await WriteAsync(claim.Snapshot, new() { ["phase"] = "Lost" }, context, cancellationToken);
        }

        if (claim.Snapshot.DeletionTimestamp is not null)
        {
            return ReconcileResult.Done;
        }

        var storageClass = await ClassOfAsync(claim, context, cancellationToken);
        var isProvisioned = storageClass is not null && VolumeProvisioner.Provides(storageClass.View());
        if (storageClass?.View().At("volumeBindingMode").ValueEqualsText("WaitForFirstConsumer") == true
            && !await IsUsedAsync(claim, context, cancellationToken))
        {
            context.Event(
                EventSubject.Of(claim.Snapshot, "v1", "PersistentVolumeClaim"), EventTypes.Normal, "WaitForFirstConsumer",
                "waiting for first consumer to be created before binding");
            return ReconcileResult.Done;
        }

        if (isProvisioned && VolumeBinder.Find(claim, volumes.Enumerate().Select(VolumeFacts.Of)) is null)
        {
            return await ProvisionAsync(claim, storageClass!, context, cancellationToken);
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

    /// <summary>A volume on the node where the first pod that uses the claim was put; it is bound in the run that its creation brings about.</summary>
    private static async Task<ReconcileResult> ProvisionAsync(
        ClaimFacts claim, ResourceSnapshot storageClass, ReconcileContext context, CancellationToken cancellationToken)
    {
        var subject = EventSubject.Of(claim.Snapshot, "v1", "PersistentVolumeClaim");
        if (VolumeProvisioner.Refuse(claim) is { } refusal)
        {
            context.Event(subject, EventTypes.Warning, "ProvisioningFailed", $"failed to provision volume with StorageClass \"{claim.Class}\": {refusal}");
            return ReconcileResult.Done;
        }

        var pods = await context.ReadAsync(KnownTypes.Pods, cancellationToken);
        var nodes = await context.ReadAsync(KnownTypes.Nodes, cancellationToken);
        var node = Users(claim, pods).Select(static pod => pod.View().At("spec", "nodeName").Text()).OfType<string>()
            .Select(name => nodes.TryGet("", name, out var found) ? found : null).FirstOrDefault(static found => found is not null);
        if (node is null)
        {
            return ReconcileResult.Done;
        }

        var created = await context.CreateAsync(
            new(KnownTypes.PersistentVolumes, "", VolumeProvisioner.NameOf(claim)), VolumeProvisioner.Make(claim, storageClass.View(), node), cancellationToken);
        if (created.Error is { Reason: not "AlreadyExists" } error)
        {
            return ReconcileResult.Retry(error.Message);
        }

        context.Event(subject, EventTypes.Normal, "ProvisioningSucceeded", $"Successfully provisioned volume {VolumeProvisioner.NameOf(claim)}");
        return ReconcileResult.Done;
    }

    private static async Task<ResourceSnapshot?> ClassOfAsync(ClaimFacts claim, ReconcileContext context, CancellationToken cancellationToken) =>
        claim.Class is { Length: > 0 } name
        && (await context.ReadAsync(KnownTypes.StorageClasses, cancellationToken)).TryGet("", name, out var storage) ? storage : null;

    private static async Task<bool> IsUsedAsync(ClaimFacts claim, ReconcileContext context, CancellationToken cancellationToken) =>
        Users(claim, await context.ReadAsync(KnownTypes.Pods, cancellationToken)).Any();

    /// <summary>Pods that name the claim and have not ended.</summary>
    private static IEnumerable<ResourceSnapshot> Users(ClaimFacts claim, IResourceView pods) =>
        pods.Enumerate(claim.Snapshot.Key.Namespace).Where(pod =>
            pod.Fields.GetValueOrDefault("status.phase") is not ("Succeeded" or "Failed")
            && pod.Body.AsSpan().IndexOf("\"persistentVolumeClaim\""u8) >= 0
            && pod.View().At("spec", "volumes").Items().Any(
                volume => volume.At("persistentVolumeClaim", "claimName").ValueEqualsText(claim.Snapshot.Key.Name)));

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
        var isDeleting = volume.Snapshot.DeletionTimestamp is not null;
        var phase = "Available";
        if (volume.ClaimRef.At("uid").Text() is { Length: > 0 } uid)
        {
            var claims = await context.ReadAsync(KnownTypes.PersistentVolumeClaims, cancellationToken);
            var isThere = claims.TryGet(volume.ClaimRef.At("namespace").Text() ?? "", volume.ClaimRef.At("name").Text() ?? "", out var claim)
                && claim.Uid == uid;
            phase = isThere ? "Bound" : "Released";
            if (!isThere && volume.IsDeletedWhenReleased && !isDeleting)
            {
                var deleted = await context.DeleteAsync(volume.Snapshot.Key, volume.Snapshot.Uid, cancellationToken);
                return deleted.Error is { Code: not 404 } error ? ReconcileResult.Retry(error.Message) : ReconcileResult.Done;
            }
        }

        if (isDeleting && phase != "Bound")
        {
            return await ReleaseAsync(volume, context, cancellationToken);
        }

        return volume.Phase == phase
            ? ReconcileResult.Done
            : await WriteAsync(volume.Snapshot, new() { ["phase"] = phase }, context, cancellationToken);
    }

    /// <summary>Nothing protects an unbound volume; its directory is removed by the node, while there is one and the policy says so.</summary>
    private static async Task<ReconcileResult> ReleaseAsync(VolumeFacts volume, ReconcileContext context, CancellationToken cancellationToken)
    {
        if (Finalizers.Has(volume.Snapshot, Finalizers.Volume))
        {
            return await Finalizers.RemoveAsync(volume.Snapshot, Finalizers.Volume, context, cancellationToken);
        }

        if (!Finalizers.Has(volume.Snapshot, VolumeProvisioner.Finalizer))
        {
            return ReconcileResult.Done;
        }

        var nodes = await context.ReadAsync(KnownTypes.Nodes, cancellationToken);
        var hasNode = VolumeProvisioner.NodeOf(volume.Snapshot) is { } name && nodes.TryGet("", name, out _);
        return hasNode && volume.IsDeletedWhenReleased
            ? ReconcileResult.Done
            : await Finalizers.RemoveAsync(volume.Snapshot, VolumeProvisioner.Finalizer, context, cancellationToken);
    }

    private static async Task<ReconcileResult> WriteAsync(
        ResourceSnapshot snapshot, JsonObject status, ReconcileContext context, CancellationToken cancellationToken)
    {
        var result = await context.PatchAsync(snapshot.Key, snapshot.Uid, new() { ["status"] = status }, cancellationToken, "status");
        return result.Error is { Code: not 404 } error ? ReconcileResult.Retry(error.Message) : ReconcileResult.Done;
    }
}
