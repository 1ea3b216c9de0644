namespace Crescent.Grains.Bootstrap;

/// <summary>Where pods find the API: the Service <c>default/kubernetes</c> and what stands behind it.</summary>
public sealed class ApiEndpointsOptions
{
    /// <summary>
    /// IP addresses on which the API can be reached from nodes and pods. Empty (the default): those of the active silos, and when they
    /// only know loopback, the addresses of this machine.
    /// </summary>
    public IList<string> Addresses { get; init; } = [];

    /// <summary>Port of the API on those addresses, 6443.</summary>
    public int Port { get; set; } = 6443;

    /// <summary>Cluster IP of the Service: the first of the service range, 10.96.0.1.</summary>
    public string ServiceIp { get; set; } = "10.96.0.1";
}
