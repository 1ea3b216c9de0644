namespace Crescent.NodeAgent.Pods;

/// <summary>A container did not start; the reason is one of kubelet's waiting reasons.</summary>
internal sealed class StartException(string reason, string message, bool isConfiguration, Exception inner) : Exception(message, inner)
{
    public string Reason { get; } = reason;

    public bool IsConfiguration { get; } = isConfiguration;
}
