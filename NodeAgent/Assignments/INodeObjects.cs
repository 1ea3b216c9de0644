using k8s.Models;

namespace Crescent.NodeAgent.Assignments;

/// <summary>ConfigMaps and Secrets that pods of this node name. What is not here does not exist.</summary>
internal interface INodeObjects
{
    V1ConfigMap? FindConfigMap(string podNamespace, string name);

    V1Secret? FindSecret(string podNamespace, string name);
}
