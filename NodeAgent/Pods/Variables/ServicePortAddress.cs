namespace Crescent.NodeAgent.Pods.Variables;

/// <summary>One port of a service.</summary>
internal sealed record ServicePortAddress(string Name, string Protocol, int Port);
