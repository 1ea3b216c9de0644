using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;
using Crescent.Resources;

namespace Crescent.Grains.Volumes;

/// <summary>Finalizers of claims and volumes, see <see href="https://kubernetes.io/docs/concepts/storage/persistent-volumes/#storage-object-in-use-protection">protection in use</see>.</summary>
internal static class Finalizers
{
    public const string Claim = "kubernetes.io/pvc-protection";
    public const string Volume = "kubernetes.io/pv-protection";

    public static bool Has(ResourceSnapshot item, string name) =>
        item.View().At("metadata", "finalizers").Items().Any(finalizer => finalizer.ValueEqualsText(name));

    /// <summary>A merge patch that takes one away; the version read has to be a precondition.</summary>
    public static JsonObject Without(ResourceSnapshot item, string name) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["finalizers"] = new JsonArray(
            [
                .. item.View().At("metadata", "finalizers").Items().Select(static finalizer => finalizer.Text()).Where(text => text != name)
                    .Select(static text => (JsonNode?)text),
            ]),
        },
    };
}
