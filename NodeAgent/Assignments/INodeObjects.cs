using k8s.Models;

namespace Crescent.NodeAgent.Assignments;

/// <summary>ConfigMaps, Secrets and claims that pods of this node name. What is not here does not exist.</summary>
internal interface INodeObjects
{
    V1ConfigMap? FindConfigMap(string podNamespace, string name);

    V1Secret? FindSecret(string podNamespace, string name);

    V1PersistentVolumeClaim? FindClaim(string podNamespace, string name);

    /// <summary>The volume a claim is bound to.</summary>
    V1PersistentVolume? FindVolume(V1PersistentVolumeClaim claim);
}
