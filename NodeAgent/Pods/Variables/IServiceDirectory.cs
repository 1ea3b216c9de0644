namespace Crescent.NodeAgent.Pods.Variables;

/// <summary>Services with a cluster address.</summary>
internal interface IServiceDirectory
{
    IEnumerable<ServiceAddress> In(string serviceNamespace);
}
