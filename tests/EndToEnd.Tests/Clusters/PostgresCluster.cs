namespace Crescent.EndToEnd.Tests.Clusters;

/// <summary>Two silos on PostgreSQL and one agent.</summary>
public sealed class PostgresCluster() : CrescentCluster("postgres", 6553, "--store", "postgres", "--silos", "2");

[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresCluster>
{
    public const string Name = "two silos on PostgreSQL";
}
