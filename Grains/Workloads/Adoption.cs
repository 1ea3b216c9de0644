using System.Text.Json.Nodes;
using Crescent.Grains.Ownership;
using Crescent.Grains.Reconciling;
using Crescent.Resources;

namespace Crescent.Grains.Workloads;

/// <summary>Takes objects over by their labels and lets go of those that no longer match.</summary>
internal static class Adoption
{
    /// <summary>Adds <paramref name="owner"/> as the controller; refused when the object has changed since it was read.</summary>
    public static Task<MutationResult> AdoptAsync(
        ReconcileContext context, ResourceSnapshot orphan, OwnerIdentity owner, CancellationToken cancellationToken)
    {
        IEnumerable<JsonObject> references = [.. OwnerReferences.Of(orphan).Select(static reference => reference.ToJson()), owner.ToReference()];
        return context.PatchAsync(orphan.Key, orphan.Uid, OwnerReferences.Patch(references), cancellationToken, version: orphan.Version);
    }

    /// <summary>Removes the reference to <paramref name="ownerUid"/>.</summary>
    public static Task<MutationResult> ReleaseAsync(
        ReconcileContext context, ResourceSnapshot dependent, string ownerUid, CancellationToken cancellationToken)
    {
        var references = OwnerReferences.Of(dependent).Where(reference => reference.Uid != ownerUid).Select(static reference => reference.ToJson());
        return context.PatchAsync(dependent.Key, dependent.Uid, OwnerReferences.Patch(references), cancellationToken, version: dependent.Version);
    }

    /// <summary>True when the owner, read past all caches, is still there and not being deleted: only then may it adopt.</summary>
    public static async Task<bool> MayAdoptAsync(ReconcileContext context, ResourceSnapshot owner, CancellationToken cancellationToken) =>
        await context.GetLiveAsync(owner.Key, cancellationToken) is { DeletionTimestamp: null } live && live.Uid == owner.Uid;
}
