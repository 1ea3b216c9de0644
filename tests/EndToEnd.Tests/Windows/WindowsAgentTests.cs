using Crescent.EndToEnd.Tests.Clusters;

namespace Crescent.EndToEnd.Tests.Windows;

/// <summary>The agent as a Windows program: joins, heartbeats, reports usage, runs a pod on an engine over TCP.</summary>
public sealed class WindowsAgentTests(WindowsCluster cluster) : IClassFixture<WindowsCluster>
{
    private const string Node = "windows-1";

    // Wine 8's Schannel refuses the credentials .NET offers (SEC_E_NOT_SUPPORTED), so joining fails there: run it by name on a Wine or a
    // Windows whose TLS works.
    [Fact(Explicit = true)]
    public async Task Agent_AsWindowsProgram_IsANodeAndRunsAPod()
    {
        await using var engine = new EngineOverTcp();
        using var agent = new WineAgent(cluster, Node, engine.Endpoint, 10999);
        try
        {
            var kubectl = cluster.Kubectl();
            await Level.ReachedAsync(
                "the node registers", async () => (await kubectl.RunAsync("get", "node", Node)).ExitCode == 0, TimeSpan.FromMinutes(3));
            await kubectl.DoAsync("wait", "node", Node, "--for=condition=Ready", "--timeout=60s");
            Assert.Equal("windows", await kubectl.DoAsync("get", "node", Node, "-o", @"jsonpath={.metadata.labels.kubernetes\.io/os}"));

            await kubectl.DoAsync("run", "web", "--image=crescent.local/busybox:1", "--image-pull-policy=Never", "--", "sleep", "3600");
            await kubectl.DoAsync("wait", "pod", "web", "--for=condition=Ready", "--timeout=90s");
            await Level.ReachedAsync(
                "usage figures arrive", async () => (await kubectl.RunAsync("top", "node", Node)).ExitCode == 0, TimeSpan.FromSeconds(90));
            await kubectl.DoAsync("delete", "pod", "web", "--timeout=60s");
        }
        catch (Exception)
        {
            TestContext.Current.SendDiagnosticMessage(agent.Output);
            throw;
        }
        finally
        {
            await Shell.RunAsync("sh", ["-c", $"docker ps -aq --filter label=crescent.node={Node} | xargs -r docker rm -f; docker network rm crescent-{Node}"]);
        }
    }
}
