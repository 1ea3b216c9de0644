namespace Crescent.NodeAgent.Pods.Variables;

/// <summary>A node that knows of no services.</summary>
internal sealed class NoServices : IServiceDirectory
{
    public IEnumerable<ServiceAddress> In(string serviceNamespace) => [];
}
