using Crescent.EndToEnd.Tests.Clusters;

namespace Crescent.EndToEnd.Tests.Streams;

[Collection(SqliteCollection.Name)]
public sealed class LogsTests(SqliteCluster cluster)
{
    [Fact]
    public Task Logs_TailAndFollow_ShowWhatTheContainerWrote() => cluster.InNamespaceAsync("logs", async kubectl =>
    {
        await kubectl.ApplyAsync("""
            apiVersion: v1
            kind: Pod
            metadata: { name: talker }
            spec:
              restartPolicy: Never
              terminationGracePeriodSeconds: 0
              containers:
                - name: main
                  image: crescent.local/busybox:1
                  command: [sh, -c, "for i in 1 2 3; do echo line $i; done; until [ -e /tmp/go ]; do sleep 0.1; done; echo gone"]
            """, "logs");
        await kubectl.DoAsync("wait", "-n", "logs", "pod/talker", "--for=condition=Ready", "--timeout=60s");
        await Level.ReachedAsync("three lines", async () => await kubectl.DoAsync("logs", "-n", "logs", "talker") == "line 1\nline 2\nline 3");
        Assert.Equal("line 3", await kubectl.DoAsync("logs", "-n", "logs", "talker", "--tail=1"));
        var following = kubectl.RunAsync("logs", "-f", "-n", "logs", "talker");
        await kubectl.DoAsync("exec", "-n", "logs", "talker", "--", "touch", "/tmp/go");
        Assert.Equal("line 1\nline 2\nline 3\ngone", (await following).Succeeded());
    });

    [Fact]
    public async Task Top_NodeReportsStats_ShowsNodeAndPods()
    {
        var kubectl = cluster.Kubectl();
        await Level.ReachedAsync("metrics of the node", async () => (await kubectl.RunAsync("top", "nodes")).ExitCode == 0);
        Assert.Contains(cluster.NodeName, await kubectl.DoAsync("top", "nodes"), StringComparison.Ordinal);
    }
}
