using System.Collections.Immutable;
using System.Text.Json;
using Crescent.Definitions;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Nodes;

/// <summary>The ConfigMaps, Secrets, claims and the ServiceAccount a pod names: all that its node may see of them.</summary>
internal static class PodReferences
{
    // Sources of volumes that keep their credentials in a Secret of the pod's namespace, and where they name it.
    private static readonly (string Source, string Member, string Name)[] CredentialSources =
    [
        ("azureFile", "secretName", ""), ("cephfs", "secretRef", "name"), ("csi", "nodePublishSecretRef", "name"), ("flexVolume", "secretRef", "name"),
        ("iscsi", "secretRef", "name"), ("rbd", "secretRef", "name"), ("scaleIO", "secretRef", "name"), ("storageos", "secretRef", "name"),
    ];

    public static ImmutableArray<ResourceKey> Of(ResourceSnapshot pod)
    {
        using var document = JsonDocument.Parse(pod.Body);
        return Of(pod.Key, document.RootElement.At("spec"));
    }

    /// <param name="pod">Of which pod; claims of its ephemeral volumes are named after it.</param>
    /// <param name="spec">Its spec.</param>
    public static ImmutableArray<ResourceKey> Of(ResourceKey pod, JsonElement spec)
    {
        var found = new HashSet<ResourceKey>();
        Add(KnownTypes.ServiceAccounts, spec.At("serviceAccountName"));
        foreach (var secret in spec.Items("imagePullSecrets"))
        {
            Add(KnownTypes.Secrets, secret.At("name"));
        }

        foreach (var list in (ReadOnlySpan<string>)["containers", "initContainers", "ephemeralContainers"])
        {
            foreach (var container in spec.Items(list))
            {
                ReadEnvironment(container);
            }
        }

        foreach (var volume in spec.Items("volumes"))
        {
            Add(KnownTypes.ConfigMaps, volume.At("configMap", "name"));
            Add(KnownTypes.Secrets, volume.At("secret", "secretName"));
            Add(KnownTypes.PersistentVolumeClaims, volume.At("persistentVolumeClaim", "claimName"));
            if (volume.Has("ephemeral"))
            {
                found.Add(new(KnownTypes.PersistentVolumeClaims, pod.Namespace, $"{pod.Name}-{volume.Text("name")}"));
            }

            foreach (var (source, member, name) in CredentialSources)
            {
                var reference = volume.At(source, member);
                Add(KnownTypes.Secrets, name.Length == 0 ? reference : reference.At(name));
            }

            foreach (var source in volume.Items("projected", "sources"))
            {
                Add(KnownTypes.ConfigMaps, source.At("configMap", "name"));
                Add(KnownTypes.Secrets, source.At("secret", "name"));
            }
        }

        return [.. found];

        void ReadEnvironment(JsonElement container)
        {
            foreach (var variable in container.Items("env"))
            {
                Add(KnownTypes.ConfigMaps, variable.At("valueFrom", "configMapKeyRef", "name"));
                Add(KnownTypes.Secrets, variable.At("valueFrom", "secretKeyRef", "name"));
            }

            foreach (var source in container.Items("envFrom"))
            {
                Add(KnownTypes.ConfigMaps, source.At("configMapRef", "name"));
                Add(KnownTypes.Secrets, source.At("secretRef", "name"));
            }
        }

        void Add(ResourceType type, JsonElement name)
        {
            if (name.ValueKind == JsonValueKind.String && name.GetString() is { Length: > 0 } text)
            {
                found.Add(new(type, pod.Namespace, text));
            }
        }
    }
}
