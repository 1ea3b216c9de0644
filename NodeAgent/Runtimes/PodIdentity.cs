namespace Crescent.NodeAgent.Runtimes;

/// <summary>Which pod a sandbox or container belongs to.</summary>
internal readonly record struct PodIdentity(string Namespace, string Name, string Uid)
{
    /// <summary>As Kubernetes' messages name a pod: <c>web-1_default(UID)</c>.</summary>
    public override string ToString() => $"{Name}_{Namespace}({Uid})";
}
