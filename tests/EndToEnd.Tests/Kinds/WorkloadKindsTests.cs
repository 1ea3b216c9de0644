using System.Globalization;
using Crescent.EndToEnd.Tests.Clusters;

namespace Crescent.EndToEnd.Tests.Kinds;

/// <summary>The workload kinds with real pods, as a user of kubectl meets them.</summary>
[Collection(SqliteCollection.Name)]
public sealed class WorkloadKindsTests(SqliteCluster cluster)
{
    private const string Image = "crescent.local/busybox:1";

    [Fact]
    public Task Jobs_CreatedByKubectl_RunToTheirEnd() => cluster.InNamespaceAsync("kinds-jobs", async kubectl =>
    {
        const string ns = "kinds-jobs";
        await kubectl.DoAsync("create", "job", "hello", "-n", ns, $"--image={Image}", "--", "sh", "-c", "echo done");
        await kubectl.DoAsync("wait", "-n", ns, "--for=condition=complete", "job/hello", "--timeout=60s");
        Assert.Equal("done", (await kubectl.DoAsync("logs", "-n", ns, "job/hello")).Trim());
        Assert.Contains("1/1", await kubectl.DoAsync("get", "job", "hello", "-n", ns, "--no-headers"), StringComparison.Ordinal);

        await kubectl.DoAsync("create", "cronjob", "tick", "-n", ns, $"--image={Image}", "--schedule=0 0 1 1 *", "--", "true");
        await kubectl.DoAsync("create", "job", "by-hand", "-n", ns, "--from=cronjob/tick");
        await kubectl.DoAsync("wait", "-n", ns, "--for=condition=complete", "job/by-hand", "--timeout=60s");
        Assert.Contains("0 0 1 1 *", await kubectl.DoAsync("get", "cronjobs", "-n", ns), StringComparison.Ordinal);
    });

    [Fact]
    public Task StatefulSet_RolledAndUndone_KeepsItsNames() => cluster.InNamespaceAsync("kinds-sts", async kubectl =>
    {
        const string ns = "kinds-sts";
        await kubectl.ApplyAsync($$$$"""
            apiVersion: v1
            kind: Service
            metadata: {name: db}
            spec: {clusterIP: None, selector: {app: db}, ports: [{port: 80}]}
            ---
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: db}
            spec:
              serviceName: db
              replicas: 2
              selector: {matchLabels: {app: db}}
              template:
                metadata: {labels: {app: db}}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers: [{name: c, image: "{{{{Image}}}}", command: [sleep, "3600"], env: [{name: A, value: "1"}]}]
            """, ns);
        await kubectl.DoAsync("rollout", "status", "-n", ns, "sts/db", "--timeout=90s");
        Assert.Equal("db-1", (await kubectl.DoAsync("exec", "-n", ns, "db-1", "--", "hostname")).Trim());
        await Level.ReachedAsync("a name for db-0", async () =>
            (await kubectl.RunAsync("exec", "-n", ns, "db-1", "--", "nslookup", $"db-0.db.{ns}.svc.cluster.local")).ExitCode == 0);
        await kubectl.DoAsync("set", "env", "-n", ns, "sts/db", "A=2");
        await kubectl.DoAsync("rollout", "status", "-n", ns, "sts/db", "--timeout=90s");
        Assert.Contains("A=2", await kubectl.DoAsync("exec", "-n", ns, "db-0", "--", "env"), StringComparison.Ordinal);
        await kubectl.DoAsync("rollout", "undo", "-n", ns, "sts/db");
        await kubectl.DoAsync("rollout", "status", "-n", ns, "sts/db", "--timeout=90s");
        Assert.Contains("A=1", await kubectl.DoAsync("exec", "-n", ns, "db-0", "--", "env"), StringComparison.Ordinal);
        await kubectl.DoAsync("scale", "-n", ns, "sts/db", "--replicas=1");
        await Level.ReachedAsync("one pod", async () => await PodsAsync(kubectl, ns) is ["db-0"]);
    });

    [Fact]
    public Task DaemonSet_OnEveryNode_RollsAndDrains() => cluster.InNamespaceAsync("kinds-ds", async kubectl =>
    {
        const string ns = "kinds-ds";
        await kubectl.ApplyAsync($$$$"""
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: agent}
            spec:
              selector: {matchLabels: {app: agent}}
              template:
                metadata: {labels: {app: agent}}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers: [{name: c, image: "{{{{Image}}}}", command: [sleep, "3600"]}]
            """, ns);
        await kubectl.DoAsync("rollout", "status", "-n", ns, "ds/agent", "--timeout=90s");
        await kubectl.DoAsync("set", "env", "-n", ns, "ds/agent", "A=2");
        await kubectl.DoAsync("rollout", "status", "-n", ns, "ds/agent", "--timeout=90s");
        Assert.Contains("2", await kubectl.DoAsync("rollout", "history", "-n", ns, "ds/agent"), StringComparison.Ordinal);
        await kubectl.DoAsync("rollout", "undo", "-n", ns, "ds/agent");
        await kubectl.DoAsync("rollout", "status", "-n", ns, "ds/agent", "--timeout=90s");
    });

    [Fact]
    public Task Budget_PodIsNeeded_DrainWaitsUntilItMayGo() => cluster.InNamespaceAsync("kinds-pdb", async kubectl =>
    {
        const string ns = "kinds-pdb";
        await kubectl.DoAsync("create", "deployment", "web", "-n", ns, $"--image={Image}", "--replicas=1", "--", "sleep", "3600");
        await kubectl.DoAsync("create", "poddisruptionbudget", "web", "-n", ns, "--selector=app=web", "--min-available=1");
        await kubectl.DoAsync("rollout", "status", "-n", ns, "deployment/web", "--timeout=60s");
        await Level.ReachedAsync("a healthy budget", async () =>
            (await kubectl.GetAsync("pdb", "web", "-n", ns)).GetProperty("status").GetProperty("currentHealthy").GetInt32() == 1);
        try
        {
            var refused = await kubectl.RunAsync("drain", cluster.NodeName, "--ignore-daemonsets", "--force", "--delete-emptydir-data", "--pod-selector=app=web", "--timeout=3s");
            Assert.NotEqual(0, refused.ExitCode);
            Assert.Contains("Cannot evict pod as it would violate the pod's disruption budget.", refused.Output + refused.Errors, StringComparison.Ordinal);
            await kubectl.DoAsync("delete", "pdb", "web", "-n", ns);
            await kubectl.DoAsync("drain", cluster.NodeName, "--ignore-daemonsets", "--force", "--delete-emptydir-data", "--pod-selector=app=web", "--timeout=60s");
        }
        finally
        {
            await kubectl.DoAsync("uncordon", cluster.NodeName);
        }
    });

    [Fact]
    public Task Autoscaler_MadeByKubectl_IsShownInBothVersions() => cluster.InNamespaceAsync("kinds-hpa", async kubectl =>
    {
        const string ns = "kinds-hpa";
        await kubectl.DoAsync("create", "deployment", "web", "-n", ns, $"--image={Image}", "--", "sleep", "3600");
        await kubectl.DoAsync("autoscale", "deployment", "web", "-n", ns, "--min=2", "--max=3", "--cpu-percent=60");
        var old = await kubectl.GetAsync("horizontalpodautoscalers.v1.autoscaling", "web", "-n", ns);
        Assert.Equal(60, old.GetProperty("spec").GetProperty("targetCPUUtilizationPercentage").GetInt32());
        var current = await kubectl.GetAsync("horizontalpodautoscalers.v2.autoscaling", "web", "-n", ns);
        Assert.Equal("cpu", current.GetProperty("spec").GetProperty("metrics")[0].GetProperty("resource").GetProperty("name").GetString());
        await Level.ReachedAsync("the minimum", async () =>
            (await kubectl.GetAsync("deployment", "web", "-n", ns)).GetProperty("spec").GetProperty("replicas").GetInt32() == 2);
        Assert.Contains("/60%", await kubectl.DoAsync("get", "hpa", "web", "-n", ns), StringComparison.Ordinal);
        var events = await kubectl.GetAsync("events.events.k8s.io", "-n", ns);
        Assert.Contains(events.GetProperty("items").EnumerateArray(), static item => item.GetProperty("regarding").GetProperty("kind").GetString() == "Deployment");
    });

    [Fact]
    public Task Preemption_NodeIsFull_TheLessImportantPodMakesRoom() => cluster.InNamespaceAsync("kinds-preempt", async kubectl =>
    {
        const string ns = "kinds-preempt";
        var cpu = (await kubectl.GetAsync("node", cluster.NodeName)).GetProperty("status").GetProperty("allocatable").GetProperty("cpu").GetString();
        await kubectl.RunAsync("create", "priorityclass", "kinds-vip", "--value=1000");
        try
        {
            await kubectl.ApplyAsync(Pod("low", "", cpu!), ns);
            await kubectl.DoAsync("wait", "-n", ns, "--for=condition=PodScheduled", "pod/low", "--timeout=30s");
            await kubectl.ApplyAsync(Pod("high", "kinds-vip", cpu!), ns);
            await kubectl.DoAsync("wait", "-n", ns, "--for=condition=Ready", "pod/high", "--timeout=60s");
            Assert.Equal(["high"], await PodsAsync(kubectl, ns));
        }
        finally
        {
            await kubectl.DoAsync("delete", "priorityclass", "kinds-vip");
        }
    });

    [Fact]
    public Task Claim_OfAVolumeOfTheHost_IsBoundAndMounted() => cluster.InNamespaceAsync("kinds-volume", async kubectl =>
    {
        const string ns = "kinds-volume";
        var path = Path.Combine(cluster.Home, "kinds-volume");
        try
        {
            await kubectl.ApplyAsync($$$$"""
                apiVersion: v1
                kind: PersistentVolume
                metadata: {name: kinds-disk}
                spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], storageClassName: kinds, hostPath: {path: {{{{path}}}} }}
                ---
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: data}
                spec: {accessModes: [ReadWriteOnce], storageClassName: kinds, resources: {requests: {storage: 1Gi}}}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: writer}
                spec:
                  restartPolicy: Never
                  containers: [{name: c, image: "{{{{Image}}}}", command: [sh, -c, "echo kept > /data/file"], volumeMounts: [{name: data, mountPath: /data}]}]
                  volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
                """, ns);
            await kubectl.DoAsync("wait", "-n", ns, "--for=jsonpath={.status.phase}=Succeeded", "pod/writer", "--timeout=90s");
            Assert.Equal("kept", (await File.ReadAllTextAsync(Path.Combine(path, "file"))).Trim());
            Assert.Equal("Bound", (await kubectl.DoAsync("get", "pvc", "data", "-n", ns, "-o", "jsonpath={.status.phase}")).Trim());
        }
        finally
        {
            await kubectl.DoAsync("delete", "pv", "kinds-disk", "--wait=false");
        }
    });

    [Fact]
    public Task Claim_OfNoClass_GetsADirectoryThatOutlivesItsPodButNotTheClaim() => cluster.InNamespaceAsync("kinds-local", async kubectl =>
    {
        const string ns = "kinds-local";
        await kubectl.ApplyAsync("""
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: data}
            spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
            """, ns);
        Assert.Equal("kept", await RunAsync("writer", "echo kept > /data/file; cat /data/file"));
        Assert.Equal("kept", await RunAsync("reader", "cat /data/file"));
        var path = await kubectl.DoAsync(
            "get", "pv", await kubectl.DoAsync("get", "pvc", "data", "-n", ns, "-o", "jsonpath={.spec.volumeName}"), "-o", "jsonpath={.spec.hostPath.path}");
        Assert.True(Directory.Exists(path));

        await kubectl.DoAsync("delete", "pvc", "data", "-n", ns, "--timeout=60s");
        await Level.ReachedAsync("the directory goes with the claim", () => Task.FromResult(!Directory.Exists(path)));

        // Not as root: nobody else prepares the directory.
        async Task<string> RunAsync(string name, string script)
        {
            await kubectl.ApplyAsync($$$$"""
                apiVersion: v1
                kind: Pod
                metadata: {name: {{{{name}}}}}
                spec:
                  restartPolicy: Never
                  securityContext: {runAsUser: 65534}
                  containers: [{name: c, image: "{{{{Image}}}}", command: [sh, -c, "{{{{script}}}}"], volumeMounts: [{name: data, mountPath: /data}]}]
                  volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
                """, ns);
            await kubectl.DoAsync("wait", "-n", ns, "--for=jsonpath={.status.phase}=Succeeded", $"pod/{name}", "--timeout=90s");
            var said = await kubectl.DoAsync("logs", "-n", ns, name);
            await kubectl.DoAsync("delete", "pod", name, "-n", ns, "--timeout=60s");
            return said.Trim();
        }
    });

    /// <summary>A pod that asks for more than half of the node.</summary>
    private static string Pod(string name, string priorityClass, string cpu) => $$$$"""
        apiVersion: v1
        kind: Pod
        metadata: {name: {{{{name}}}} }
        spec:
          priorityClassName: "{{{{priorityClass}}}}"
          terminationGracePeriodSeconds: 0
          containers: [{name: c, image: "{{{{Image}}}}", command: [sleep, "3600"], resources: {requests: {cpu: "{{{{MoreThanHalf(cpu)}}}}m"}}}]
        """;

    private static int MoreThanHalf(string cpu) =>
        (cpu.EndsWith('m') ? int.Parse(cpu[..^1], CultureInfo.InvariantCulture) : int.Parse(cpu, CultureInfo.InvariantCulture) * 1000) * 6 / 10;

    private static async Task<List<string>> PodsAsync(Kubectl kubectl, string ns) =>
        [.. (await kubectl.GetAsync("pods", "-n", ns)).GetProperty("items").EnumerateArray().Select(static pod => pod.GetProperty("metadata").GetProperty("name").GetString()!)];
}
