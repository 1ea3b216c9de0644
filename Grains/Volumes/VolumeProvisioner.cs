using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;
using Crescent.Nodes;
using Crescent.Resources;

namespace Crescent.Grains.Volumes;

/// <summary>
/// Makes volumes for claims of classes that name it: each is a directory of the node where the first pod that uses the claim runs. Pure.
/// </summary>
internal static class VolumeProvisioner
{
    /// <summary>What a StorageClass writes as its provisioner.</summary>
    public const string Name = ReleasedVolume.Provisioner;

    /// <summary>Name of the default class.</summary>
    public const string DefaultClass = "local";

    /// <summary>Holds a released volume until its node has removed the directory.</summary>
    public const string Finalizer = ReleasedVolume.Provisioner;

    private const string HostnameLabel = "kubernetes.io/hostname";

    public static bool Provides(JsonElement storageClass) => storageClass.At("provisioner").ValueEqualsText(Name);

    /// <summary>Why the claim cannot have such a volume; null when it can.</summary>
    public static string? Refuse(ClaimFacts claim) =>
        claim.Mode == "Block" ? "volumes of this class are directories: volumeMode Block is not supported"
        : claim.AccessModes.FirstOrDefault(static mode => mode is not ("ReadWriteOnce" or "ReadWriteOncePod")) is { } mode
            ? $"volumes of this class are directories of one node: access mode {mode} is not supported"
        : claim.Selector is not null ? "claim Selector is not supported"
        : null;

    public static string NameOf(ClaimFacts claim) => $"pvc-{claim.Snapshot.Uid}";

    /// <summary>The PersistentVolume, reserved for the claim.</summary>
    /// <param name="claim">Who asks.</param>
    /// <param name="storageClass">Its class; the parameter <c>directory</c> says where the directories are made.</param>
    /// <param name="node">Where the pod runs.</param>
    public static JsonObject Make(ClaimFacts claim, JsonElement storageClass, ResourceSnapshot node)
    {
        var name = NameOf(claim);
        var isWindows = node.Labels.GetValueOrDefault("kubernetes.io/os") == "windows";
        var directory = storageClass.At("parameters", "directory").Text() is { Length: > 0 } given ? given
            : isWindows ? @"C:\ProgramData\Crescent\volumes"
            : "/var/lib/crescent/volumes";
        return new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "PersistentVolume",
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["annotations"] = new JsonObject { ["pv.kubernetes.io/provisioned-by"] = Name },
                ["finalizers"] = new JsonArray(Finalizer),
            },
            ["spec"] = new JsonObject
            {
                ["capacity"] = new JsonObject { ["storage"] = claim.View.At("spec", "resources", "requests").At("storage").Text() },
                ["accessModes"] = claim.View.At("spec", "accessModes").ToArray(),
                ["volumeMode"] = claim.Mode,
                ["persistentVolumeReclaimPolicy"] = storageClass.At("reclaimPolicy").Text() ?? "Delete",
                ["storageClassName"] = claim.Class,
                ["claimRef"] = new JsonObject
                {
                    ["apiVersion"] = "v1", ["kind"] = "PersistentVolumeClaim", ["namespace"] = claim.Snapshot.Key.Namespace,
                    ["name"] = claim.Snapshot.Key.Name, ["uid"] = claim.Snapshot.Uid,
                },
                ["hostPath"] = new JsonObject { ["path"] = $"{directory}{(isWindows ? '\\' : '/')}{name}", ["type"] = "DirectoryOrCreate" },
                ["nodeAffinity"] = new JsonObject
                {
                    ["required"] = new JsonObject
                    {
                        ["nodeSelectorTerms"] = new JsonArray(new JsonObject
                        {
                            ["matchExpressions"] = new JsonArray(new JsonObject
                            {
                                ["key"] = HostnameLabel, ["operator"] = "In",
                                ["values"] = new JsonArray(node.Labels.GetValueOrDefault(HostnameLabel, node.Key.Name)),
                            }),
                        }),
                    },
                },
            },
        };
    }

    /// <summary>The host name a provisioned volume is bound to; null for others.</summary>
    public static string? NodeOf(ResourceSnapshot volume) => volume.View().At("spec", "nodeAffinity", "required").At("nodeSelectorTerms").Items()
        .SelectMany(static term => term.At("matchExpressions").Items()).Where(static item => item.At("key").ValueEqualsText(HostnameLabel))
        .SelectMany(static item => item.At("values").Items()).Select(static value => value.Text()).FirstOrDefault();
}
