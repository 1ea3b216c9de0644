using Crescent.EndToEnd.Tests.Clusters;

namespace Crescent.EndToEnd.Tests.Guestbook;

[Collection(PostgresCollection.Name)]
public sealed class GuestbookOnPostgresTests(PostgresCluster cluster)
{
    [Fact]
    public Task Guestbook_OnTwoSilosAndPostgres_ServesScalesRollsBackAndHeals() => GuestbookLife.RunAsync(cluster, "1.33");

    [Fact]
    public async Task Silo_OneOfTwoIsKilled_KubectlGoesOn()
    {
        await cluster.InNamespaceAsync("silo-killed", async kubectl =>
        {
            await kubectl.DoAsync("create", "configmap", "before", "-n", "silo-killed", "--from-literal=a=1");
            cluster.Kill("silo-2");
            // A connection may be cut once; kubectl's next one reaches the silo that lives.
            await Level.ReachedAsync("a write after the kill", async () =>
                (await kubectl.RunAsync("create", "configmap", "after", "-n", "silo-killed", "--from-literal=a=1")).ExitCode == 0
                || (await kubectl.RunAsync("get", "configmap", "after", "-n", "silo-killed")).ExitCode == 0);
            Assert.Equal("configmap/before", await kubectl.DoAsync("get", "configmap", "before", "-n", "silo-killed", "-o", "name"));
            await cluster.UpAsync();
        });
    }
}
