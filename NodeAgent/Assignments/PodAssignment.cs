using Crescent.Identity;
using Crescent.Resources;
using k8s;
using k8s.Models;

namespace Crescent.NodeAgent.Assignments;

/// <summary>A pod this node is to run. <see cref="Pod"/> is for reading only.</summary>
internal sealed record PodAssignment(ResourceKey Key, string Uid, V1Pod Pod)
{
    public bool IsBeingDeleted => Pod.Metadata.DeletionTimestamp is not null;

    public static PodAssignment Read(ResourceSnapshot snapshot) => new(snapshot.Key, snapshot.Uid, ReadBody<V1Pod>(snapshot));

    internal static T ReadBody<T>(ResourceSnapshot snapshot)
    {
        using var body = new MemoryStream(snapshot.Body, writable: false);
        return KubernetesJson.Deserialize<T>(body);
    }
}
