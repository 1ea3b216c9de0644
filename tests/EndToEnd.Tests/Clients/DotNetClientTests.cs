using System.Net;
using System.Text;
using Crescent.EndToEnd.Tests.Clusters;
using k8s;
using k8s.Autorest;
using k8s.LeaderElection;
using k8s.LeaderElection.ResourceLock;
using k8s.Models;

namespace Crescent.EndToEnd.Tests.Clients;

/// <summary>The C# client as programs use it: typed objects, list and watch, leases, streams.</summary>
[Collection(SqliteCollection.Name)]
public sealed class DotNetClientTests(SqliteCluster cluster)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public Task Objects_WrittenAndWatched_AreWhatTheModelsSay() => InNamespaceAsync("dotnet-objects", async (client, ns) =>
    {
        var created = await client.CoreV1.CreateNamespacedConfigMapAsync(
            new V1ConfigMap { Metadata = new V1ObjectMeta { GenerateName = "watched-" }, Data = new Dictionary<string, string> { ["a"] = "1" } }, ns,
            cancellationToken: Stop);
        var name = created.Metadata.Name;
        Assert.NotNull(created.Metadata.CreationTimestamp);

        // An informer: what is there, then every change after it.
        var listed = await client.CoreV1.ListNamespacedConfigMapAsync(ns, fieldSelector: $"metadata.name={name}", cancellationToken: Stop);
        var changes = client.CoreV1.WatchListNamespacedConfigMapAsync(
            ns, fieldSelector: $"metadata.name={name}", resourceVersion: listed.Metadata.ResourceVersion, allowWatchBookmarks: true, cancellationToken: Stop);
        Assert.Equal("1", Assert.Single(listed.Items).Data["a"]);
        created.Data["a"] = "2";
        await client.CoreV1.ReplaceNamespacedConfigMapAsync(created, name, ns, cancellationToken: Stop);
        foreach (var (type, patch) in new[]
        {
            (V1Patch.PatchType.MergePatch, """{"data":{"a":"3"}}"""),
            (V1Patch.PatchType.StrategicMergePatch, """{"data":{"a":"4"}}"""),
            (V1Patch.PatchType.JsonPatch, """[{"op":"replace","path":"/data/a","value":"5"}]"""),
        })
        {
            await client.CoreV1.PatchNamespacedConfigMapAsync(new V1Patch(patch, type), name, ns, cancellationToken: Stop);
        }

        await client.CoreV1.PatchNamespacedConfigMapAsync(
            new V1Patch($$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}"},"data":{"a":"6"}}""", V1Patch.PatchType.ApplyPatch),
            name, ns, fieldManager: "dotnet", force: true, cancellationToken: Stop);
        var stale = await Assert.ThrowsAsync<HttpOperationException>(
            () => client.CoreV1.ReplaceNamespacedConfigMapAsync(created, name, ns, cancellationToken: Stop));
        Assert.Equal(HttpStatusCode.Conflict, stale.Response.StatusCode);
        Assert.Equal("Conflict", KubernetesJson.Deserialize<V1Status>(stale.Response.Content).Reason);
        await client.CoreV1.DeleteNamespacedConfigMapAsync(name, ns, cancellationToken: Stop);

        var seen = new List<string>();
        await foreach (var (type, item) in changes)
        {
            if (type == WatchEventType.Bookmark)
            {
                continue;
            }

            seen.Add($"{type} {item.Data["a"]}");
            if (type == WatchEventType.Deleted)
            {
                break;
            }
        }

        Assert.Equal(["Modified 2", "Modified 3", "Modified 4", "Modified 5", "Modified 6", "Deleted 6"], seen);
    });

    [Fact]
    public Task LeaderElection_LeaderStops_TheOtherTakesOver() => InNamespaceAsync("dotnet-leader", async (client, ns) =>
    {
        using var first = new Candidate(client, ns, "first");
        var isFirst = first.RunAsync();
        await first.Leads.WaitAsync(Stop);
        using var second = new Candidate(client, ns, "second");
        var isSecond = second.RunAsync();
        await first.StopAsync();
        await isFirst;
        await second.Leads.WaitAsync(Stop);
        var lease = await client.CoordinationV1.ReadNamespacedLeaseAsync("election", ns, cancellationToken: Stop);
        Assert.Equal("second", lease.Spec.HolderIdentity);
        await second.StopAsync();
        await isSecond;
    });

    [Fact]
    public Task Streams_OfAPod_ExecLogAndPortForward() => InNamespaceAsync("dotnet-streams", async (client, ns) =>
    {
        await client.CoreV1.CreateNamespacedPodAsync(
            new V1Pod
            {
                Metadata = new V1ObjectMeta { Name = "runner" },
                Spec = new V1PodSpec
                {
                    TerminationGracePeriodSeconds = 0,
                    Containers =
                    [
                        new V1Container
                        {
                            Name = "main", Image = "crescent.local/busybox:1",
                            Command = ["sh", "-c", "mkdir /www && echo from inside > /www/index.html && echo ready && exec httpd -f -p 8080 -h /www"],
                        },
                    ],
                },
            },
            ns, cancellationToken: Stop);
        await foreach (var (_, pod) in client.CoreV1.WatchListNamespacedPodAsync(ns, cancellationToken: Stop))
        {
            if (pod.Status?.Conditions?.Any(static condition => condition is { Type: "Ready", Status: "True" }) == true)
            {
                break;
            }
        }

        var (said, complained) = ("", "");
        var code = await client.NamespacedPodExecAsync(
            "runner", ns, "main", ["sh", "-c", "read line; echo $line; echo bad >&2; exit 3"], tty: false,
            async (input, output, errors) =>
            {
                await input.WriteAsync(Encoding.UTF8.GetBytes("through the pod\n"), Stop);
                await input.FlushAsync(Stop);
                (said, complained) = (await ReadAsync(output), await ReadAsync(errors));
            },
            Stop);
        Assert.Equal((3, "through the pod", "bad"), (code, said, complained));

        await using var log = await client.CoreV1.ReadNamespacedPodLogAsync("runner", ns, cancellationToken: Stop);
        Assert.Equal("ready", await ReadAsync(log));

        using var socket = await client.WebSocketNamespacedPodPortForwardAsync("runner", ns, [8080], "v4.channel.k8s.io", cancellationToken: Stop);
        using var demuxer = new StreamDemuxer(socket, StreamType.PortForward);
        demuxer.Start();
        await using var tunnel = demuxer.GetStream((byte?)0, (byte?)0);
        await tunnel.WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.0\r\n\r\n"), Stop);
        var heard = new StringBuilder();
        var buffer = new byte[4096];
        while (!heard.ToString().Contains("from inside", StringComparison.Ordinal) && await tunnel.ReadAsync(buffer, Stop) is > 0 and var count)
        {
            heard.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }

        Assert.Contains("from inside", heard.ToString(), StringComparison.Ordinal);
    });

    private static async Task<string> ReadAsync(Stream stream)
    {
        using var reader = new StreamReader(stream);
        return (await reader.ReadToEndAsync(Stop)).Trim();
    }

    private Task InNamespaceAsync(string ns, Func<Kubernetes, string, Task> body) => cluster.InNamespaceAsync(ns, async _ =>
    {
        using var client = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.Kubeconfig));
        await body(client, ns);
    });

    /// <summary>Wants to lead; a leader that stops lets the lease run out.</summary>
    private sealed class Candidate : IDisposable
    {
        private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        private readonly TaskCompletionSource _leads = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly LeaderElector _elector;

        public Candidate(IKubernetes client, string ns, string name)
        {
            _elector = new(new LeaderElectionConfig(new LeaseLock(client, ns, "election", name))
            {
                LeaseDuration = TimeSpan.FromSeconds(3), RenewDeadline = TimeSpan.FromSeconds(2), RetryPeriod = TimeSpan.FromMilliseconds(300),
            });
            _elector.OnStartedLeading += () => _leads.TrySetResult();
        }

        public Task Leads => _leads.Task.WaitAsync(TimeSpan.FromMinutes(1), Stop);

        /// <summary>Ends without an error when it was told to stop.</summary>
        public async Task RunAsync()
        {
            try
            {
                await _elector.RunAndTryToHoldLeadershipForeverAsync(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                Stop.ThrowIfCancellationRequested();
            }
        }

        public Task StopAsync() => _stop.CancelAsync();

        public void Dispose()
        {
            _elector.Dispose();
            _stop.Dispose();
        }
    }
}
