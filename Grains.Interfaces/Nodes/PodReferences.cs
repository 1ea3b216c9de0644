using System.Collections.Immutable;
using System.Text.Json;
using Crescent.Definitions;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Nodes;

/// <summary>The ConfigMaps, Secrets, claims and the ServiceAccount a pod names: all that its node may see of them.</summary>
internal static class PodReferences
{
    public static ImmutableArray<ResourceKey> Of(ResourceSnapshot pod)
    {
        using var document = JsonDocument.Parse(pod.Body);
        var spec = document.RootElement.At("spec");
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
                found.Add(new(type, pod.Key.Namespace, text));
            }
        }
    }
}
