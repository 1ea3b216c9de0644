using System.Text.Json.Nodes;
using Crescent.Resources;

namespace Crescent.Grains.Reconciling;

/// <summary>The finalizers that controllers put on objects or answer for, and how they are taken away.</summary>
internal static class Finalizers
{
    /// <summary>Asks the garbage collector to delete the dependents first.</summary>
    public const string Foreground = "foregroundDeletion";

    /// <summary>Asks the garbage collector to let the dependents live on.</summary>
    public const string Orphan = "orphan";

    /// <summary>
    /// Holds a claim while pods use it, see
    /// <see href="https://kubernetes.io/docs/concepts/storage/persistent-volumes/#storage-object-in-use-protection">protection in use</see>.
    /// </summary>
    public const string Claim = "kubernetes.io/pvc-protection";

    /// <summary>Holds a volume while a claim is bound to it.</summary>
    public const string Volume = "kubernetes.io/pv-protection";

    /// <summary>True when the object is being deleted and this finalizer holds it.</summary>
    public static bool Has(ResourceSnapshot snapshot, string name)
    {
        if (snapshot.DeletionTimestamp is null)
        {
            return false;
        }

        foreach (var finalizer in snapshot.View().At("metadata", "finalizers").Items())
        {
            if (finalizer.ValueEqualsText(name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A merge patch without <paramref name="name"/>; replaces the list, so it needs the version.</summary>
    public static JsonObject Without(ResourceSnapshot snapshot, string name)
    {
        var left = new JsonArray();
        foreach (var finalizer in snapshot.View().At("metadata", "finalizers").Items())
        {
            if (!finalizer.ValueEqualsText(name))
            {
                left.Add(finalizer.Text());
            }
        }

        return new() { ["metadata"] = new JsonObject { ["finalizers"] = left.Count == 0 ? null : left } };
    }

    /// <summary>Takes one away from the state that was read; one that is gone meanwhile is fine.</summary>
    public static async Task<ReconcileResult> RemoveAsync(
        ResourceSnapshot snapshot, string name, ReconcileContext context, CancellationToken cancellationToken)
    {
        var result = await context.PatchAsync(snapshot.Key, snapshot.Uid, Without(snapshot, name), cancellationToken, version: snapshot.Version);
        return result.Error is { Code: not 404 } error ? ReconcileResult.Retry(error.Message) : ReconcileResult.Done;
    }
}
