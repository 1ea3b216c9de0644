using Crescent.NodeAgent.Registration;
using Crescent.Nodes;

namespace Crescent.NodeAgent.Tests.Pods;

/// <summary>A line to the fake control plane.</summary>
internal sealed class FakeNodeLink(string nodeName, INodeGrain grain) : INodeLink
{
    public string NodeName => nodeName;

    public INodeGrain Grain => grain;

    public Task<NodeRegistrationResult> WaitForRegistrationAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult(new NodeRegistrationResult { PodCidr = "10.244.9.0/24" });
}
