using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;
using Crescent.Resources;

namespace Crescent.Grains.Ownership;

/// <summary>The finalizers that ask the garbage collector for something.</summary>
internal static class Finalizers
{
    public const string Foreground = "foregroundDeletion";
    public const string Orphan = "orphan";

    public static bool Has(ResourceSnapshot snapshot, string name)
    {
        if (snapshot.DeletionTimestamp is null)
        {
            return false;
        }

        using var document = JsonDocument.Parse(snapshot.Body);
        foreach (var finalizer in document.RootElement.At("metadata", "finalizers").Items())
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
}
