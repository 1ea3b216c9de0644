using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Defaulting;

/// <summary>Defaults of one volume and its source.</summary>
internal static class VolumeDefaults
{
    // 0644
    private const int Mode = 420;

    public static void Apply(JsonObject volume)
    {
        if (volume.Count <= 1)
        {
            volume.Default("emptyDir", new JsonObject());
        }

        foreach (var name in (ReadOnlySpan<string>)["secret", "configMap", "downwardAPI", "projected"])
        {
            volume.Object(name)?.Default("defaultMode", Mode);
        }

        volume.Object("hostPath")?.Default("type", "");
        ApplyRemote(volume);
        ApplyFieldRefs(volume.Object("downwardAPI"));
        foreach (var source in volume.Object("projected").Objects("sources"))
        {
            ApplyFieldRefs(source.Object("downwardAPI"));
            source.Object("serviceAccountToken")?.Default("expirationSeconds", 3600);
        }

        volume.Object("ephemeral", "volumeClaimTemplate", "spec")?.Default("volumeMode", "Filesystem");
    }

    /// <summary>Sources that somebody else keeps, of a pod's volume or of a PersistentVolume.</summary>
    public static void ApplyRemote(JsonObject owner)
    {
        owner.Object("iscsi")?.Default("iscsiInterface", "default");
        if (owner.Object("rbd") is { } rbd)
        {
            rbd.Default("pool", "rbd");
            rbd.Default("user", "admin");
            rbd.Default("keyring", "/etc/ceph/keyring");
        }

        if (owner.Object("azureDisk") is { } disk)
        {
            disk.Default("cachingMode", "ReadWrite");
            disk.Default("kind", "Shared");
            disk.Default("fsType", "ext4");
            disk.Default("readOnly", false);
        }

        if (owner.Object("scaleIO") is { } scale)
        {
            scale.Default("storageMode", "ThinProvisioned");
            scale.Default("fsType", "xfs");
        }
    }

    private static void ApplyFieldRefs(JsonObject? downward)
    {
        foreach (var item in downward.Objects("items"))
        {
            item.Object("fieldRef")?.Default("apiVersion", "v1");
            item.Object("resourceFieldRef")?.Default("divisor", "0");
        }
    }
}
