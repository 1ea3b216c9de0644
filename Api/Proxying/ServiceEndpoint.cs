namespace Crescent.Api.Proxying;

/// <summary>One ready backend of a service.</summary>
/// <param name="Address">IP address.</param>
/// <param name="Port">Its port, not the service's.</param>
/// <param name="Pod">Name of the pod behind it; empty for addresses that are no pod's.</param>
internal sealed record ServiceEndpoint(string Address, int Port, string Pod);
