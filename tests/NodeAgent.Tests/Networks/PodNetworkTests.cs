using Crescent.NodeAgent.Runtimes;

namespace Crescent.NodeAgent.Tests.Networks;

/// <summary>The node's network on the local engine.</summary>
[Collection(EngineCollection.Name)]
public sealed class PodNetworkTests(EngineFixture engine)
{
    /// <summary>What a pod's FailedCreatePodSandBox event says then; without it pods stay in ContainerCreating for no visible reason.</summary>
    [Fact]
    public async Task Ensure_RangeOfAnotherNetwork_SaysSoInTheEnginesWords()
    {
        engine.Require();

        var problem = await Assert.ThrowsAsync<RuntimeException>(() => TestNode.StartAsync("net-test-c", "10.199.1.0/24", engine.Grain));

        Assert.StartsWith("the node's network crescent-net-test-c (10.199.1.0/24) cannot be made: ", problem.Message, StringComparison.Ordinal);
        Assert.Contains("overlap", problem.Message, StringComparison.Ordinal);
    }
}
