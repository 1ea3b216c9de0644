using System.Collections.Frozen;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>Volumes somebody else keeps: what each source must say, in pods and in PersistentVolumes alike.</summary>
internal static partial class RemoteVolumeValidation
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
    /// <param name="isPersistent">The owner is a PersistentVolume: it has no namespace that its Secrets could be in.</param>
    /// <param name="problems">Gets what is wrong.</param>
    public static void Validate(JsonObject owner, string name, string path, bool isPersistent, Problems problems)
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
                Iscsi(source, at, isPersistent, problems);
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
            case "fc":
                Fibre(source, at, problems);
                break;
            case "azureDisk":
                AzureDisk(source, at, problems);
                break;
            case "quobyte":
                Quobyte(source, at, problems);
                break;
            case "flocker":
                Flocker(source, at, problems);
                break;
            case "storageos":
                StorageOs(source, at, isPersistent, problems);
                break;
            case "azureFile" when source["secretNamespace"] is not null && source.Text("secretNamespace").Length == 0:
                problems.Required($"{at}.secretNamespace");
                break;
            case "cinder":
                Secret(source, at, isPersistent, problems);
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

    private static void Iscsi(JsonObject source, string path, bool isPersistent, Problems problems)
    {
        Initiator(source.Text("iqn"), $"{path}.iqn", problems);
        if (source.Integer("lun") is (< 0 or > 255) and var lun)
        {
            problems.Invalid($"{path}.lun", lun, "must be between 0 and 255, inclusive");
        }

        var needsSecret = source.Flag("chapAuthDiscovery") || source.Flag("chapAuthSession");
        if (needsSecret && !source.Has("secretRef"))
        {
            problems.Required($"{path}.secretRef");
        }
        else if (needsSecret && isPersistent && source.Object("secretRef").Text("name").Length == 0)
        {
            problems.Required($"{path}.secretRef.name");
        }

        Initiator(source.Text("initiatorName"), $"{path}.initiatorname", problems);
    }

    private static void Initiator(string name, string path, Problems problems)
    {
        if (name.Length == 0)
        {
            return;
        }

        var form = name switch
        {
            ['i', 'q', 'n', ..] => IqnPattern(),
            ['e', 'u', 'i', ..] => EuiPattern(),
            ['n', 'a', 'a', ..] => NaaPattern(),
            _ => null,
        };
        if (form is null)
        {
            problems.Invalid(path, name, "must be valid format starting with iqn, eui, or naa");
        }
        else if (!form.IsMatch(name))
        {
            problems.Invalid(path, name, "must be valid format");
        }
    }

    private static void Fibre(JsonObject source, string path, Problems problems)
    {
        var (hasNames, hasIds) = (source.Array("targetWWNs") is { Count: > 0 }, source.Array("wwids") is { Count: > 0 });
        if (!hasNames && !hasIds)
        {
            problems.Required($"{path}.targetWWNs", "must specify either targetWWNs or wwids, but not both");
        }

        if (hasNames && hasIds)
        {
            problems.Invalid($"{path}.targetWWNs", source["targetWWNs"]!.DeepClone(), "targetWWNs and wwids can not be specified simultaneously");
        }

        if (hasNames && source.Integer("lun") is null)
        {
            problems.Required($"{path}.lun", "lun is required if targetWWNs is specified");
        }
        else if (hasNames && source.Integer("lun") is (< 0 or > 255) and var lun)
        {
            problems.Invalid($"{path}.lun", lun, "must be between 0 and 255, inclusive");
        }
    }

    private static void AzureDisk(JsonObject source, string path, Problems problems)
    {
        problems.OneOf(source, "cachingMode", path, "None", "ReadOnly", "ReadWrite");
        problems.OneOf(source, "kind", path, "Dedicated", "Managed", "Shared");
        var (kind, uri) = (source.Text("kind"), source.Text("diskURI"));
        if (kind == "Managed" && !uri.StartsWith("/subscriptions/", StringComparison.Ordinal))
        {
            problems.NotSupported(
                $"{path}.diskURI", uri, "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}");
        }
        else if (kind is not ("Managed" or "") && !uri.StartsWith("https://", StringComparison.Ordinal))
        {
            problems.NotSupported($"{path}.diskURI", uri, "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd");
        }
    }

    private static void Quobyte(JsonObject source, string path, Problems problems)
    {
        if (source.Text("registry") is { Length: > 0 } registry && !registry.Split(',').All(static pair => HostAndPortPattern().IsMatch(pair)))
        {
            problems.Invalid($"{path}.registry", registry, "must be a host:port pair or multiple pairs separated by commas");
        }

        if (source.Text("tenant") is { Length: >= 65 } tenant)
        {
            problems.Invalid($"{path}.tenant", tenant, "must be a UUID and may not exceed a length of 64 characters");
        }
    }

    private static void Flocker(JsonObject source, string path, Problems problems)
    {
        var (name, id) = (source.Text("datasetName"), source.Text("datasetUUID"));
        if (name.Length == 0 && id.Length == 0)
        {
            problems.Required(path, "one of datasetName and datasetUUID is required");
        }

        if (name.Length > 0 && id.Length > 0)
        {
            problems.Invalid(path, "resource", "datasetName and datasetUUID can not be specified simultaneously");
        }

        if (name.Contains('/', StringComparison.Ordinal))
        {
            problems.Invalid($"{path}.datasetName", name, "must not contain '/'");
        }
    }

    private static void StorageOs(JsonObject source, string path, bool isPersistent, Problems problems)
    {
        foreach (var name in (ReadOnlySpan<string>)["volumeName", "volumeNamespace"])
        {
            var text = source.Text(name);
            if (text.Length == 0 && name == "volumeName")
            {
                problems.Required($"{path}.{name}");
            }
            else if (text.Length > 0 && NameRules.Label(text) is { } problem)
            {
                problems.Invalid($"{path}.{name}", text, problem);
            }
        }

        Secret(source, path, isPersistent, problems);
    }

    private static void Secret(JsonObject source, string path, bool isPersistent, Problems problems)
    {
        if (source.Object("secretRef") is not { } secret)
        {
            return;
        }

        if (secret.Text("name").Length == 0)
        {
            problems.Required($"{path}.secretRef.name");
        }

        if (isPersistent && secret.Text("namespace").Length == 0)
        {
            problems.Required($"{path}.secretRef.namespace");
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

    [GeneratedRegex(@"iqn\.[0-9]{4}-[0-9]{2}\.[a-zA-Z0-9\-.]+(:[^,;*&$|\s]+)\z")]
    private static partial Regex IqnPattern();

    [GeneratedRegex(@"^eui.[a-zA-Z0-9]{16}\z")]
    private static partial Regex EuiPattern();

    [GeneratedRegex(@"^naa.[a-zA-Z0-9]{32}\z")]
    private static partial Regex NaaPattern();

    [GeneratedRegex(@"^([^:\[\]]*|\[[^\[\]]*\]):[^:]*\z")]
    private static partial Regex HostAndPortPattern();
}
