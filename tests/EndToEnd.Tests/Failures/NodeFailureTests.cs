using Crescent.EndToEnd.Tests.Clusters;

namespace Crescent.EndToEnd.Tests.Failures;

[Collection(ManyNodesCollection.Name)]
public sealed class NodeFailureTests(ManyNodesCluster cluster)
{
    private const string Manifest = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: web }
        spec:
          replicas: 6
          selector: { matchLabels: { app: web } }
          template:
            metadata: { labels: { app: web } }
            spec:
              terminationGracePeriodSeconds: 1
              tolerations:
                - { key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 2 }
              containers:
                - { name: main, image: crescent.local/busybox:1, command: [sh, -c, "trap 'exit 0' TERM; sleep 3600 & wait"] }
        """;

    [Fact]
    public Task Node_Cordoned_GetsNoNewPods() => cluster.InNamespaceAsync("cordoned", async kubectl =>
    {
        await kubectl.DoAsync("cordon", cluster.NodeName);
        try
        {
            await kubectl.ApplyAsync(Manifest, "cordoned");
            await kubectl.DoAsync("rollout", "status", "-n", "cordoned", "deployment/web", "--timeout=60s");
            var nodes = await kubectl.DoAsync("get", "pods", "-n", "cordoned", "-o", "jsonpath={.items[*].spec.nodeName}");
            Assert.DoesNotContain(cluster.NodeName, nodes.Split(' '));
        }
        finally
        {
            await kubectl.DoAsync("uncordon", cluster.NodeName);
        }
    });

    [Fact]
    public Task Node_Drained_PodsMove() => cluster.InNamespaceAsync("drained", async kubectl =>
    {
        await kubectl.ApplyAsync(Manifest, "drained");
        await kubectl.DoAsync("rollout", "status", "-n", "drained", "deployment/web", "--timeout=60s");
        try
        {
            await kubectl.DoAsync("drain", $"{cluster.NodeName}-2", "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=60s");
            await kubectl.DoAsync("rollout", "status", "-n", "drained", "deployment/web", "--timeout=60s");
            var nodes = await kubectl.DoAsync("get", "pods", "-n", "drained", "-o", "jsonpath={.items[*].spec.nodeName}");
            Assert.DoesNotContain($"{cluster.NodeName}-2", nodes.Split(' '));
        }
        finally
        {
            await kubectl.DoAsync("uncordon", $"{cluster.NodeName}-2");
        }
    });

    [Fact]
    public Task Agent_Dies_ItsPodsMove() => cluster.InNamespaceAsync("dead-agent", async kubectl =>
    {
        await kubectl.ApplyAsync(Manifest, "dead-agent");
        await kubectl.DoAsync("rollout", "status", "-n", "dead-agent", "deployment/web", "--timeout=60s");
        var dead = $"{cluster.NodeName}-3";
        cluster.Kill("agent-3");
        await kubectl.DoAsync("wait", $"node/{dead}", "--for=condition=Ready=Unknown", "--timeout=60s");
        await Level.ReachedAsync("six pods on live nodes", async () =>
        {
            var pods = await kubectl.GetAsync("pods", "-n", "dead-agent");
            return pods.GetProperty("items").EnumerateArray().Count(pod =>
                !pod.GetProperty("metadata").TryGetProperty("deletionTimestamp", out _)
                && pod.GetProperty("spec").TryGetProperty("nodeName", out var node) && node.GetString() != dead
                && pod.GetProperty("status").GetProperty("phase").GetString() == "Running") == 6;
        });
        await cluster.UpAsync();
    });
}
