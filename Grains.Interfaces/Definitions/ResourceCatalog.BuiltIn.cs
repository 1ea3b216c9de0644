using Crescent.Definitions.Kinds;

namespace Crescent.Definitions;

public sealed partial class ResourceCatalog
{
    /// <summary>The built-in kinds.</summary>
    public static ResourceCatalog BuiltIn { get; } = new(
    [
        ConfigMapKind.Definition,
        EndpointsKind.Definition,
        EventKind.Definition,
        NamespaceKind.Definition,
        NodeKind.Definition,
        PodKind.Definition,
        SecretKind.Definition,
        ServiceAccountKind.Definition,
        ServiceKind.Definition,
        DeploymentKind.Definition,
        ReplicaSetKind.Definition,
        PriorityClassKind.Definition,
        LeaseKind.Definition,
        EndpointSliceKind.Definition,
    ]);
}
