using System.Globalization;
using Crescent.EndToEnd.Tests.Clusters;

namespace Crescent.EndToEnd.Tests.Kinds;

/// <summary>Parts of a running pod that change through subresources: debug containers and resources.</summary>
[Collection(SqliteCollection.Name)]
public sealed class PodPartTests(SqliteCluster cluster)
{
    private const string Image = "crescent.local/busybox:1";

    [Fact]
    public Task Debug_OfARunningPod_SeesItsProcesses() => cluster.InNamespaceAsync("kinds-debug", async kubectl =>
    {
        const string ns = "kinds-debug";
        await kubectl.DoAsync("run", "app", "-n", ns, $"--image={Image}", "--image-pull-policy=IfNotPresent", "--", "sleep", "3600");
        await kubectl.DoAsync("wait", "-n", ns, "--for=condition=ready", "pod/app", "--timeout=90s");
        foreach (var minor in (string[])["1.27", "1.33"])
        {
            var name = "look" + minor.Replace(".", "", StringComparison.Ordinal);
            await cluster.Kubectl(minor).DoAsync("debug", "-n", ns, "pod/app", $"--image={Image}", "--image-pull-policy=IfNotPresent", "--target=app", "-c", name, "--", "ps");
            await Level.ReachedAsync($"the processes of the target, seen by {name}", async () =>
                (await kubectl.RunAsync("logs", "-n", ns, "app", "-c", name)).Output.Contains("sleep 3600", StringComparison.Ordinal));
        }
    });

    [Fact]
    public Task Resize_OfARunningPod_ReachesTheContainer() => cluster.InNamespaceAsync("kinds-resize", async kubectl =>
    {
        const string ns = "kinds-resize";
        await kubectl.ApplyAsync($$$$"""
            apiVersion: v1
            kind: Pod
            metadata: {name: app}
            spec:
              terminationGracePeriodSeconds: 0
              containers:
              - {name: c, image: "{{{{Image}}}}", command: [sleep, "3600"], resources: {requests: {cpu: 10m, memory: 32Mi}, limits: {memory: 64Mi}}}
            """, ns);
        await kubectl.DoAsync("wait", "-n", ns, "--for=condition=ready", "pod/app", "--timeout=90s");
        await kubectl.DoAsync(
            "patch", "pod", "app", "-n", ns, "--subresource=resize", "-p",
            """{"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"20m"},"limits":{"memory":"96Mi"}}}]}}""");
        await kubectl.DoAsync(
            "wait", "-n", ns, "--for=jsonpath={.status.containerStatuses[0].resources.limits.memory}=96Mi", "pod/app", "--timeout=90s");
        var limit = await kubectl.DoAsync(
            "exec", "-n", ns, "app", "--", "sh", "-c", "cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || true");
        Assert.Contains((96L << 20).ToString(CultureInfo.InvariantCulture), limit, StringComparison.Ordinal);
        Assert.Equal("0", await kubectl.DoAsync("get", "pod", "app", "-n", ns, "-o", "jsonpath={.status.containerStatuses[0].restartCount}"));
    });

    [Fact]
    public Task Resize_AnotherPodTakesWhatIsAskedFor_WaitsUntilThatIsGone() => cluster.InNamespaceAsync("kinds-room", async kubectl =>
    {
        const string ns = "kinds-room";
        var cpus = int.Parse(await kubectl.DoAsync("get", "node", cluster.NodeName, "-o", "jsonpath={.status.allocatable.cpu}"), CultureInfo.InvariantCulture);
        await kubectl.ApplyAsync(Sleeper("app", "10m") + "\n---\n" + Sleeper("large", $"{(cpus * 1000) - 500}m"), ns);
        await kubectl.DoAsync("wait", "-n", ns, "--for=condition=ready", "pod/app", "pod/large", "--timeout=90s");

        await kubectl.DoAsync(
            "patch", "pod", "app", "-n", ns, "--subresource=resize", "-p", """{"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"600m"}}}]}}""");
        await kubectl.DoAsync(
            "wait", "-n", ns, """--for=jsonpath={.status.conditions[?(@.type=="PodResizePending")].reason}=Deferred""", "pod/app", "--timeout=90s");
        await kubectl.DoAsync("delete", "pod", "large", "-n", ns);
        await kubectl.DoAsync(
            "wait", "-n", ns, "--for=jsonpath={.status.containerStatuses[0].allocatedResources.cpu}=600m", "pod/app", "--timeout=90s");
    });

    private static string Sleeper(string name, string cpu) => $$$"""
        apiVersion: v1
        kind: Pod
        metadata: {name: {{{name}}} }
        spec:
          terminationGracePeriodSeconds: 0
          containers:
          - {name: c, image: "{{{Image}}}", command: [sleep, "3600"], resources: {requests: {cpu: {{{cpu}}} } } }
        """;
}
