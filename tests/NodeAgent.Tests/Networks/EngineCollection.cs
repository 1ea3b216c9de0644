namespace Crescent.NodeAgent.Tests.Networks;

[CollectionDefinition(Name)]
public sealed class EngineCollection : ICollectionFixture<EngineFixture>
{
    public const string Name = "network on the local engine";
}
