using Crescent.EndToEnd.Tests.Clusters;

namespace Crescent.EndToEnd.Tests.Clients;

/// <summary>
/// <c>@kubernetes/client-node</c>: informer, the four kinds of patch, server-side apply, errors, exec, log and port-forward. What it does is in
/// <c>javascript/client.mjs</c>.
/// </summary>
[Collection(SqliteCollection.Name)]
public sealed class JavaScriptClientTests(SqliteCluster cluster)
{
    [Fact]
    public Task JavaScriptClient_AllItsWays_Work() => cluster.InNamespaceAsync("javascript", async _ =>
    {
        var installed = Path.Combine(Repository.Root, "artifacts", "javascript");
        if (!Directory.Exists(Path.Combine(installed, "node_modules")))
        {
            Requirements.Missing($"the JavaScript client in {installed}; ./crescent test installs it");
        }

        // A module finds its packages above the place it lies in.
        var program = Path.Combine(installed, "client.mjs");
        File.Copy(Path.Combine(Repository.Root, "tests", "EndToEnd.Tests", "Clients", "javascript", "client.mjs"), program, overwrite: true);
        var result = await Shell.RunAsync(
            "node", [program, "javascript"], environment: new Dictionary<string, string> { ["KUBECONFIG"] = cluster.Kubeconfig });
        Assert.Equal("all well", result.Succeeded());
    });
}
