using System.Text.Json;
using Crescent.Definitions;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Mutation.Admission;

/// <summary>New objects need a namespace that is there and stays.</summary>
internal sealed class NamespaceAdmission(IResourceCaches caches)
{
    public async ValueTask<ResourceError?> AdmitCreateAsync(ResourceKey key, CancellationToken cancellationToken)
    {
        if (key.Namespace.Length == 0)
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
