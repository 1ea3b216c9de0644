using Crescent.EndToEnd.Tests.Clusters;
using Crescent.EndToEnd.Tests.Guestbook;

namespace Crescent.EndToEnd.Tests.Failures;

[Collection(SqliteCollection.Name)]
public sealed class CrashTests(SqliteCluster cluster)
{
    [Theory]
    [InlineData("silo-1")]
    [InlineData("agent-1")]
    [InlineData("silo-1", "agent-1")]
    public Task Components_KilledDuringARollingUpdate_RolloutEndsAsAsked(params string[] components)
    {
        var ns = $"crash-{string.Join("-", components)}";
        return cluster.InNamespaceAsync(ns, async kubectl =>
        {
            using var guestbook = new GuestbookScenario(kubectl, ns);
            await guestbook.ApplyAsync();
            for (var i = 0; i < 20; i++)
            {
                await kubectl.DoAsync("create", "configmap", $"kept-{i}", "-n", ns, $"--from-literal=i={i}");
            }

            await guestbook.RollToAsync("2");
            foreach (var component in components)
            {
                cluster.Kill(component);
            }

            await cluster.UpAsync();
            await guestbook.RolledOutAsync();
            await guestbook.ServesVersionAsync("2");
            await guestbook.HasReadyPodsAsync(3);
            var kept = await kubectl.DoAsync("get", "configmaps", "-n", ns, "-o", "name");
            Assert.Equal(20, kept.Split('\n').Count(name => name.StartsWith("configmap/kept-", StringComparison.Ordinal)));
            await EngineMatchesAsync(kubectl, ns);
        });
    }

    // Every running container belongs to a pod of the API, and every container of a pod runs once.
    private static Task EngineMatchesAsync(Kubectl kubectl, string ns) => Level.ReachedAsync("containers match pods", async () =>
    {
        var pods = await kubectl.GetAsync("pods", "-n", ns);
        var expected = pods.GetProperty("items").EnumerateArray()
            .Select(pod => pod.GetProperty("status").GetProperty("containerStatuses")[0].GetProperty("containerID").GetString()!)
            .Select(id => id["docker://".Length..]).Order(StringComparer.Ordinal);
        var running = (await Shell.RunAsync("docker", ["ps", "-q", "--no-trunc", "--filter", $"label=io.kubernetes.pod.namespace={ns}"]))
            .Succeeded().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var sandboxes = (await Shell.RunAsync(
            "docker", ["ps", "-q", "--no-trunc", "--filter", $"label=io.kubernetes.pod.namespace={ns}", "--filter", "label=io.kubernetes.container.name=POD"]))
            .Succeeded().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return expected.SequenceEqual(running.Except(sandboxes).Order(StringComparer.Ordinal)) && sandboxes.Length == expected.Count();
    });
}
