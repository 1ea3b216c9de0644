using Crescent.NodeAgent.Networks;

namespace Crescent.NodeAgent.Tests.Pods;

/// <summary>The engine's own bridge.</summary>
internal sealed class BridgeNetwork : IPodNetwork
{
    public Task<PodSegment> EnsureAsync(CancellationToken cancellationToken = default) => Task.FromResult(new PodSegment("bridge"));
}
