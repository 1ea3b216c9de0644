namespace Crescent.EndToEnd.Tests.Clusters;

/// <summary>One silo on SQLite and three agents on one engine, for tests that take nodes away.</summary>
public sealed class ManyNodesCluster() : CrescentCluster("nodes", 6563, "--agents", "3");

[CollectionDefinition(Name)]
public sealed class ManyNodesCollection : ICollectionFixture<ManyNodesCluster>
{
    public const string Name = "three nodes";
}
