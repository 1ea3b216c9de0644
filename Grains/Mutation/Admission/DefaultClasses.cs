using System.Text.Json;
using Crescent.Definitions;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Mutation.Admission;

/// <summary>
/// What DefaultStorageClass and DefaultIngressClass do: claims and ingresses that name no class get the one that is marked as the default;
/// of several the youngest.
/// </summary>
internal sealed class DefaultClasses(IResourceCaches caches) : IAdmission
{
    private const string StorageMark = "storageclass.kubernetes.io/is-default-class";
    private const string IngressMark = "ingressclass.kubernetes.io/is-default-class";

    public async ValueTask<ResourceError?> MutateAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (!request.IsCreate || request.Object.Object("spec") is not { } spec)
        {
            return null;
        }

        if (request.Type == KnownTypes.PersistentVolumeClaims && spec["storageClassName"] is null
            && !request.Object.Object("metadata", "annotations").Has("volume.beta.kubernetes.io/storage-class"))
        {
            if (await FindAsync(KnownTypes.StorageClasses, StorageMark, cancellationToken) is { } storage)
            {
                spec["storageClassName"] = storage;
            }
        }
        else if (request.Type == KnownTypes.Ingresses && spec["ingressClassName"] is null
            && !request.Object.Object("metadata", "annotations").Has("kubernetes.io/ingress.class")
            && await FindAsync(KnownTypes.IngressClasses, IngressMark, cancellationToken) is { } ingress)
        {
            spec["ingressClassName"] = ingress;
        }

        return null;
    }

    private async ValueTask<string?> FindAsync(ResourceType type, string mark, CancellationToken cancellationToken)
    {
        var cache = caches.Get(type);
        await cache.WaitUntilLoadedAsync(cancellationToken);
        (string Name, DateTimeOffset Created)? found = null;
        foreach (var item in cache.Current.Enumerate())
        {
            using var document = JsonDocument.Parse(item.Body);
            var created = document.RootElement.Time("metadata", "creationTimestamp") ?? DateTimeOffset.MinValue;
            if (document.RootElement.Text("metadata", "annotations", mark) == "true" && (found is null || created > found.Value.Created))
            {
                found = (item.Key.Name, created);
            }
        }

        return found?.Name;
    }
}
