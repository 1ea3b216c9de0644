using Crescent.EndToEnd.Tests.Clusters;

namespace Crescent.EndToEnd.Tests.Failures;

[Collection(SqliteCollection.Name)]
public sealed class PodFailureTests(SqliteCluster cluster)
{
    [Fact]
    public Task Pod_ProcessExits_IsRestartedWithBackOff() => cluster.InNamespaceAsync("crashing", async kubectl =>
    {
        await kubectl.ApplyAsync("""
            apiVersion: v1
            kind: Pod
            metadata: { name: crasher }
            spec:
              containers:
                - name: main
                  image: crescent.local/busybox:1
                  command: [sh, -c, "echo about to fail; exit 3"]
            """, "crashing");
        await kubectl.DoAsync("wait", "-n", "crashing", "pod/crasher", "--timeout=60s",
            "--for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=CrashLoopBackOff");
        var pod = await kubectl.GetAsync("pod", "crasher", "-n", "crashing");
        var container = pod.GetProperty("status").GetProperty("containerStatuses")[0];
        Assert.Equal(3, container.GetProperty("lastState").GetProperty("terminated").GetProperty("exitCode").GetInt32());
        Assert.True(container.GetProperty("restartCount").GetInt32() >= 1);
        Assert.Contains("about to fail", await kubectl.DoAsync("logs", "-n", "crashing", "crasher", "--previous"), StringComparison.Ordinal);
        await Level.ReachedAsync("a BackOff event", async () =>
        {
            var events = await kubectl.GetAsync("events", "-n", "crashing", "--field-selector=involvedObject.name=crasher");
            return events.GetProperty("items").EnumerateArray().Any(item => item.GetProperty("reason").GetString() == "BackOff");
        });
    });

    [Fact]
    public Task Pod_ImageCannotBePulled_SaysImagePullBackOff() => cluster.InNamespaceAsync("unpullable", async kubectl =>
    {
        await kubectl.DoAsync("run", "nothing", "-n", "unpullable", "--image=crescent.invalid/nothing:1");
        await Level.ReachedAsync("ErrImagePull or ImagePullBackOff", async () =>
        {
            var reason = await kubectl.DoAsync(
                "get", "pod", "nothing", "-n", "unpullable", "-o", "jsonpath={.status.containerStatuses[0].state.waiting.reason}");
            return reason is "ErrImagePull" or "ImagePullBackOff";
        });
    });

    [Fact]
    public Task Pod_ReferencesMissingConfigMap_StartsWhenItAppears() => cluster.InNamespaceAsync("late-config", async kubectl =>
    {
        await kubectl.ApplyAsync("""
            apiVersion: v1
            kind: Pod
            metadata: { name: waiter }
            spec:
              containers:
                - name: main
                  image: crescent.local/busybox:1
                  command: [sh, -c, "echo got $VALUE; sleep 3600"]
                  env: [{ name: VALUE, valueFrom: { configMapKeyRef: { name: late, key: value } } }]
              terminationGracePeriodSeconds: 0
            """, "late-config");
        await kubectl.DoAsync("wait", "-n", "late-config", "pod/waiter", "--timeout=60s",
            "--for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=CreateContainerConfigError");
        await kubectl.DoAsync("create", "configmap", "late", "-n", "late-config", "--from-literal=value=it");
        await kubectl.DoAsync("wait", "-n", "late-config", "pod/waiter", "--for=condition=Ready", "--timeout=60s");
        Assert.Equal("got it", await kubectl.DoAsync("logs", "-n", "late-config", "waiter"));
    });
}
