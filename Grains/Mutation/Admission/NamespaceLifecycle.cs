using System.Text.Json;
using Crescent.Definitions;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Mutation.Admission;

/// <summary>New objects need a namespace that is there and stays; some namespaces stay for ever.</summary>
internal sealed class NamespaceLifecycle(IResourceCaches caches) : IAdmission
{
    private static readonly string[] Immortal = ["default", "kube-public", "kube-system"];

    public async ValueTask<ResourceError?> MutateAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        var key = request.Key;
        if (!request.IsCreate || key.Namespace.Length == 0)
        {
            return null;
        }

        var namespaces = caches.Get(KnownTypes.Namespaces);
        if (!namespaces.Current.TryGet("", key.Namespace, out var snapshot)
            && !(await namespaces.GetConsistentAsync(cancellationToken)).TryGet("", key.Namespace, out snapshot))
        {
            return ResourceErrors.NotFound(KnownTypes.Namespaces, key.Namespace);
        }

        return snapshot.DeletionTimestamp is not null || IsTerminating(snapshot) ? Terminating(key) : null;
    }

    public ValueTask<ResourceError?> CheckAsync(AdmissionRequest request, CancellationToken cancellationToken) => new(
        request.Operation == AdmissionOperation.Delete && request.Type == KnownTypes.Namespaces && Immortal.Contains(request.Key.Name, StringComparer.Ordinal)
            ? ResourceErrors.Forbidden(request.Type, request.Key.Name, "this namespace may not be deleted")
            : null);

    private static bool IsTerminating(ResourceSnapshot snapshot)
    {
        using var body = JsonDocument.Parse(snapshot.Body);
        return body.RootElement.Text("status", "phase") == "Terminating";
    }

    private static ResourceError Terminating(ResourceKey key)
    {
        var refused = ResourceErrors.Forbidden(
            key.Type, key.Name, $"unable to create new content in namespace {key.Namespace} because it is being terminated");
        return new()
        {
            Code = refused.Code, Reason = refused.Reason, Message = refused.Message, Name = refused.Name, Group = refused.Group, Kind = refused.Kind,
            Causes =
            [
                new()
                {
                    Reason = "NamespaceTerminating", Field = "metadata.namespace", Message = $"namespace {key.Namespace} is being terminated",
                },
            ],
        };
    }
}
