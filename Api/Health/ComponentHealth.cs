namespace Crescent.Api.Health;

/// <summary>How one part of the control plane is.</summary>
/// <param name="Name">As Kubernetes calls it, e.g. <c>etcd-0</c> for what keeps the objects.</param>
/// <param name="Error">Why it is unhealthy; null when it works.</param>
internal readonly record struct ComponentHealth(string Name, string? Error);
