using Crescent.NodeAgent.Registration;
using Crescent.Nodes;

namespace Crescent.NodeAgent.Tests.Networks;

/// <summary>A node that is registered from the start.</summary>
internal sealed class FakeNodeLink(string nodeName, string podCidr, INodeGrain grain) : INodeLink
{
    public static ClusterNetwork Network { get; } = new()
    {
        PodCidr = "10.199.0.0/16",
        ServiceCidr = "10.198.0.0/16",
        ClusterDns = "10.198.0.10",
        ClusterDomain = "cluster.local",
    };

    public string NodeName => nodeName;

    public INodeGrain Grain => grain;

    public Task<NodeRegistrationResult> WaitForRegistrationAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult(new NodeRegistrationResult { PodCidr = podCidr, Network = Network });
}
