using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Defaulting;

/// <summary>Defaults of volumes, claims, classes and drivers.</summary>
internal static class StorageDefaults
{
    public static void Volume(JsonObject volume)
    {
        var spec = volume.Ensure("spec");
        spec.Default("persistentVolumeReclaimPolicy", "Retain");
        spec.Default("volumeMode", "Filesystem");
        spec.Object("hostPath")?.Default("type", "");
        VolumeDefaults.ApplyRemote(spec);
    }

    public static void Claim(JsonObject claim) => claim.Ensure("spec").Default("volumeMode", "Filesystem");

    public static void Class(JsonObject item)
    {
        item.Default("reclaimPolicy", "Delete");
        item.Default("volumeBindingMode", "Immediate");
    }

    public static void Driver(JsonObject driver)
    {
        var spec = driver.Ensure("spec");
        spec.Default("attachRequired", true);
        spec.Default("fsGroupPolicy", "ReadWriteOnceWithFSType");
        spec.Default("podInfoOnMount", false);
        spec.Default("requiresRepublish", false);
        spec.Default("seLinuxMount", false);
        spec.Default("storageCapacity", false);
        spec.Default("volumeLifecycleModes", new JsonArray("Persistent"));
    }
}
