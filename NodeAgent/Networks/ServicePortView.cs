namespace Crescent.NodeAgent.Networks;

/// <summary>One port of a Service.</summary>
/// <param name="Name">Empty for the only, unnamed port.</param>
/// <param name="Protocol">TCP, UDP or SCTP.</param>
/// <param name="Port">Port on the cluster address.</param>
/// <param name="NodePort">Port on every node; 0 when there is none.</param>
public sealed record ServicePortView(string Name, string Protocol, int Port, int NodePort);
