namespace Crescent.NodeAgent.Runtimes;

/// <summary>A sandbox or container ended or was removed: look at it again.</summary>
internal sealed record RuntimeEvent(string Id, PodIdentity Pod, bool IsSandbox);
