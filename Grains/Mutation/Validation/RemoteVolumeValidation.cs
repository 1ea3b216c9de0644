using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>Volumes somebody else keeps: what each source must say, in pods and in PersistentVolumes alike.</summary>
internal static class RemoteVolumeValidation
{
    private const int LongestDriver = 63;

    private static readonly FrozenDictionary<string, string[]> Needed = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["gitRepo"] = ["repository"],
        ["gcePersistentDisk"] = ["pdName"],
        ["awsElasticBlockStore"] = ["volumeID"],
        ["nfs"] = ["server", "path"],
        ["iscsi"] = ["targetPortal", "iqn"],
        ["glusterfs"] = ["endpoints", "path"],
        ["rbd"] = ["monitors", "image"],
        ["cinder"] = ["volumeID"],
        ["cephfs"] = ["monitors"],
        ["flexVolume"] = ["driver"],
        ["azureFile"] = ["secretName", "shareName"],
        ["azureDisk"] = ["diskName", "diskURI"],
        ["vsphereVolume"] = ["volumePath"],
        ["photonPersistentDisk"] = ["pdID"],
        ["portworxVolume"] = ["volumeID"],
        ["scaleIO"] = ["gateway", "system", "volumeName"],
        ["quobyte"] = ["registry", "volume"],
        ["persistentVolumeClaim"] = ["claimName"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <param name="owner">The volume of a pod, or the spec of a PersistentVolume.</param>
    /// <param name="name">The source it has.</param>
    /// <param name="path">Where the owner stands.</param>
    /// <param name="problems">Gets what is wrong.</param>
    public static void Validate(JsonObject owner, string name, string path, Problems problems)
    {
        if (owner.Object(name) is not { } source)
        {
            return;
        }

        var at = $"{path}.{name}";
        foreach (var field in Needed.GetValueOrDefault(name) ?? [])
        {
            if (source.Text(field).Length == 0 && source.Array(field) is not { Count: > 0 })
            {
                problems.Required($"{at}.{field}");
            }
        }

        switch (name)
        {
            case "nfs" when !source.Text("path").StartsWith('/'):
                problems.Invalid($"{at}.path", source.Text("path"), "must be an absolute path");
                break;
            case "iscsi":
                Iscsi(source, at, problems);
                break;
            case "gitRepo":
                PathText.Descending(source.Text("directory"), $"{at}.directory", problems);
                break;
            case "gcePersistentDisk" or "awsElasticBlockStore" when source.Integer("partition") is (< 0 or > 255) and var partition:
                problems.Invalid($"{at}.partition", partition, "must be between 0 and 255, inclusive");
                break;
            case "flexVolume":
                Options(source, at, problems);
                break;
        }
    }

    /// <summary>The name of a CSI driver.</summary>
    public static void Driver(string driver, string path, Problems problems)
    {
        if (driver.Length == 0)
        {
            problems.Required(path);
        }

        if (driver.Length > LongestDriver)
        {
            problems.TooLong(path, LongestDriver);
        }

        if (NameRules.Subdomain(driver.ToLowerInvariant()) is { } problem)
        {
            problems.Invalid(path, driver, problem);
        }
    }

    /// <summary>A CSI volume that lives as long as its pod.</summary>
    public static void Inline(JsonObject? csi, string path, Problems problems)
    {
        if (csi is null)
        {
            return;
        }

        Driver(csi.Text("driver"), $"{path}.driver", problems);
        if (csi.Object("nodePublishSecretRef") is not { } secret)
        {
            return;
        }

        if (secret.Text("name") is not { Length: > 0 } name)
        {
            problems.Required($"{path}.nodePublishSecretRef.name");
        }
        else if (NameRules.Subdomain(name) is { } problem)
        {
            problems.Invalid($"{path}.name", name, problem);
        }
    }

    /// <summary>The CSI volume of a PersistentVolume.</summary>
    public static void Persistent(JsonObject? csi, string path, Problems problems)
    {
        if (csi is null)
        {
            return;
        }

        Driver(csi.Text("driver"), $"{path}.driver", problems);
        if (csi.Text("volumeHandle").Length == 0)
        {
            problems.Required($"{path}.volumeHandle");
        }

        foreach (var name in (ReadOnlySpan<string>)["controllerPublishSecretRef", "controllerExpandSecretRef", "nodePublishSecretRef", "nodeExpandSecretRef"])
        {
            if (csi.Object(name) is { } secret)
            {
                Reference(secret, "name", NameRules.Subdomain, $"{path}.{name}", problems);
                Reference(secret, "namespace", NameRules.Label, $"{path}.{name}", problems);
            }
        }
    }

    private static void Reference(JsonObject secret, string name, Func<string, string?> rule, string path, Problems problems)
    {
        if (secret.Text(name) is not { Length: > 0 } text)
        {
            problems.Required($"{path}.{name}");
        }
        else if (rule(text) is { } problem)
        {
            problems.Invalid($"{path}.{name}", text, problem);
        }
    }

    private static void Iscsi(JsonObject source, string path, Problems problems)
    {
        if (source.Text("iqn") is { Length: > 0 } iqn && !((string[])["iqn", "eui", "naa"]).Any(kind => iqn.StartsWith(kind, StringComparison.Ordinal)))
        {
            problems.Invalid($"{path}.iqn", iqn, "must be valid format starting with iqn, eui, or naa");
        }

        if (source.Integer("lun") is (< 0 or > 255) and var lun)
        {
            problems.Invalid($"{path}.lun", lun, "must be between 0 and 255, inclusive");
        }

        if ((source.Flag("chapAuthDiscovery") || source.Flag("chapAuthSession")) && !source.Has("secretRef"))
        {
            problems.Required($"{path}.secretRef");
        }
    }

    private static void Options(JsonObject source, string path, Problems problems)
    {
        foreach (var (name, _) in source.Object("options") ?? [])
        {
            var owner = $".{name.Split('/')[0].ToLowerInvariant()}";
            if (name.Contains('/', StringComparison.Ordinal)
                && (owner.EndsWith(".kubernetes.io", StringComparison.Ordinal) || owner.EndsWith(".k8s.io", StringComparison.Ordinal)))
            {
                problems.Invalid($"{path}.options[{name}]", name, "kubernetes.io and k8s.io namespaces are reserved");
            }
        }
    }
}
