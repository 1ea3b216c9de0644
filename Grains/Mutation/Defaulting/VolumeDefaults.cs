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
        ApplyFieldRefs(volume.Object("downwardAPI"));
        foreach (var source in volume.Object("projected").Objects("sources"))
        {
            ApplyFieldRefs(source.Object("downwardAPI"));
            source.Object("serviceAccountToken")?.Default("expirationSeconds", 3600);
        }

        volume.Object("ephemeral", "volumeClaimTemplate", "spec")?.Default("volumeMode", "Filesystem");
    }

    private static void ApplyFieldRefs(JsonObject? downward)
    {
        foreach (var item in downward.Objects("items"))
        {
            item.Object("fieldRef")?.Default("apiVersion", "v1");
        }
    }
}
