namespace Crescent.NodeAgent.Runtimes;

/// <summary>A container port published on the node.</summary>
internal sealed record PortMapping(int ContainerPort, int HostPort, string Protocol, string HostIp);
