namespace Crescent.NodeAgent.Networks;

/// <summary>Target port of an EndpointSlice.</summary>
/// <param name="Name">Name of the service port; empty for the unnamed one.</param>
/// <param name="Protocol">TCP, UDP or SCTP.</param>
/// <param name="Port">Port on the endpoint.</param>
public sealed record EndpointPortView(string Name, string Protocol, int Port);
