namespace Crescent.Grains.Networking;

/// <summary>Labels that tie endpoints to their Service and to who keeps them.</summary>
internal static class EndpointLabels
{
    public const string ServiceName = "kubernetes.io/service-name";
    public const string Headless = "service.kubernetes.io/headless";
    public const string SliceManagedBy = "endpointslice.kubernetes.io/managed-by";
    public const string SliceController = "endpointslice-controller.k8s.io";
    public const string MirroringController = "endpointslicemirroring-controller.k8s.io";
    public const string EndpointsManagedBy = "endpoints.kubernetes.io/managed-by";
    public const string EndpointsController = "endpoint-controller";
    public const string OverCapacity = "endpoints.kubernetes.io/over-capacity";
}
