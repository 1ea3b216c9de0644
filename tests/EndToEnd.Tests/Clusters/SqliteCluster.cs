namespace Crescent.EndToEnd.Tests.Clusters;

/// <summary>The newcomer's cluster: one silo on SQLite, one agent. Shared by the tests that break nothing.</summary>
public sealed class SqliteCluster() : CrescentCluster("sqlite", 6543);

[CollectionDefinition(Name)]
public sealed class SqliteCollection : ICollectionFixture<SqliteCluster>
{
    public const string Name = "a cluster on SQLite";
}
