using System.Diagnostics;
using System.Globalization;
using Crescent.EndToEnd.Tests.Clusters;

namespace Crescent.EndToEnd.Tests.Streams;

/// <summary>
/// The streams of every supported kubectl: up to 1.29 they are SPDY/3.1, later ones WebSockets, and port-forward from 1.31 is SPDY in
/// WebSocket messages.
/// </summary>
[Collection(SqliteCollection.Name)]
public sealed class StreamsTests(SqliteCluster cluster)
{
    /// <summary>One web server that only the pod itself can reach, one container whose input is open.</summary>
    private const string Manifest = """
        apiVersion: v1
        kind: Pod
        metadata: { name: talker }
        spec:
          terminationGracePeriodSeconds: 0
          containers:
            - name: main
              image: crescent.local/busybox:1
              stdin: true
              command: [sh, -c, "mkdir /www && echo from inside > /www/index.html && httpd -p 127.0.0.1:8080 -h /www && echo ready && exec cat"]
        """;

    public static TheoryData<string> Minors => [.. Kubectl.Minors];

    [Theory, MemberData(nameof(Minors))]
    public Task Streams_OfEveryKubectl_Work(string minor)
    {
        var ns = $"streams-{minor.Replace('.', '-')}";
        return cluster.InNamespaceAsync(ns, async kubectl =>
        {
            await kubectl.ApplyAsync(Manifest, ns);
            await kubectl.DoAsync("wait", "-n", ns, "pod/talker", "--for=condition=Ready", "--timeout=60s");
            await ExecAsync(kubectl, ns);
            await CopyAsync(kubectl, ns);
            await AttachAsync(kubectl, ns);
            await ForwardAsync(minor, ns);
            await ProxyAsync(minor, ns);
            await DebugAsync(kubectl, ns);
            await RunAndRemoveAsync(kubectl, ns);
        }, minor);
    }

    private static async Task ExecAsync(Kubectl kubectl, string ns)
    {
        Assert.Equal("through the pod", (await kubectl.RunAsync(["exec", "-i", "-n", ns, "talker", "--", "cat"], "through the pod\n")).Succeeded());
        var failed = await kubectl.RunAsync("exec", "-n", ns, "talker", "--", "sh", "-c", "echo said; echo bad >&2; exit 7");
        Assert.Equal((7, "said"), (failed.ExitCode, failed.Output.Trim()));
        Assert.Contains("bad", failed.Errors, StringComparison.Ordinal);
        var missing = await kubectl.RunAsync("exec", "-n", ns, "talker", "-c", "nobody", "--", "true");
        Assert.Contains("container nobody is not valid for pod talker", missing.Errors, StringComparison.Ordinal);
    }

    private static async Task CopyAsync(Kubectl kubectl, string ns)
    {
        var directory = Directory.CreateTempSubdirectory("crescent-cp-");
        try
        {
            var (there, back) = (Path.Combine(directory.FullName, "there"), Path.Combine(directory.FullName, "back"));
            var content = new byte[1_000_000];
            new Random(7).NextBytes(content);
            await File.WriteAllBytesAsync(there, content);
            await kubectl.DoAsync("cp", there, $"{ns}/talker:/tmp/copied");
            await kubectl.DoAsync("cp", $"{ns}/talker:/tmp/copied", back);
            Assert.Equal(content, await File.ReadAllBytesAsync(back));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task AttachAsync(Kubectl kubectl, string ns)
    {
        using var attached = new Session(kubectl, "attach", "-i", "-n", ns, "talker");
        await attached.SayAsync("hello attached");
        await attached.HeardAsync("hello attached");
        await Level.ReachedAsync("the log of what was attached to", async () =>
            (await kubectl.DoAsync("logs", "-n", ns, "talker")).Contains("hello attached", StringComparison.Ordinal));
        Assert.Equal("ready", (await kubectl.DoAsync("logs", "-n", ns, "talker")).Split('\n')[0]);
    }

    private async Task ForwardAsync(string minor, string ns)
    {
        using var forward = new Session(cluster.Kubectl(minor), "port-forward", "-n", ns, "pod/talker", ":8080");
        var line = await forward.HeardAsync("Forwarding from 127.0.0.1:");
        var port = int.Parse(line.Split("127.0.0.1:")[1].Split(' ')[0], CultureInfo.InvariantCulture);
        for (var round = 0; round < 3; round++)
        {
            using var client = new HttpClient();
            Assert.Equal("from inside\n", await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/"), TestContext.Current.CancellationToken));
        }
    }

    /// <summary>A gateway on this machine, and the pod's server through it and the API.</summary>
    private async Task ProxyAsync(string minor, string ns)
    {
        using var proxy = new Session(cluster.Kubectl(minor), "proxy", "--port=0");
        var at = (await proxy.HeardAsync("Starting to serve on ")).Split("serve on ")[1].Trim();
        using var client = new HttpClient();
        Assert.Contains("\"talker\"", await client.GetStringAsync(new Uri($"http://{at}/api/v1/namespaces/{ns}/pods/talker"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static async Task DebugAsync(Kubectl kubectl, string ns)
    {
        string[] image = ["--image=crescent.local/busybox:1", "--image-pull-policy=IfNotPresent"];
        await kubectl.DoAsync(["debug", "-n", ns, "pod/talker", "-c", "look", "--target=main", .. image, "--", "true"]);
        await kubectl.DoAsync(["debug", "-n", ns, "pod/talker", "--copy-to=copied", "--share-processes", .. image, "--", "true"]);
        Assert.Equal("look", await kubectl.DoAsync("get", "pod", "talker", "-n", ns, "-o", "jsonpath={.spec.ephemeralContainers[*].name}"));
        Assert.Equal("true", await kubectl.DoAsync("get", "pod", "copied", "-n", ns, "-o", "jsonpath={.spec.shareProcessNamespace}"));
    }

    private static async Task RunAndRemoveAsync(Kubectl kubectl, string ns)
    {
        var ran = await kubectl.RunAsync(
            ["run", "once", "-n", ns, "-i", "--rm", "--restart=Never", "--image=crescent.local/busybox:1", "--", "sh", "-c", "read line; echo got $line"], "a line\n");
        Assert.Contains("got a line", ran.Succeeded(), StringComparison.Ordinal);
        Assert.Equal(1, (await kubectl.RunAsync("get", "-n", ns, "pod", "once")).ExitCode);
    }

    /// <summary>A kubectl that goes on until it is no longer needed.</summary>
    private sealed class Session : IDisposable
    {
        private readonly Process _process;

        public Session(Kubectl kubectl, params string[] arguments) => _process = kubectl.Start(arguments);

        public async Task SayAsync(string line)
        {
            await _process.StandardInput.WriteLineAsync(line);
            await _process.StandardInput.FlushAsync();
        }

        /// <summary>The first line of output with this text.</summary>
        public async Task<string> HeardAsync(string text)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(TimeSpan.FromSeconds(30));
            while (await _process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                if (line.Contains(text, StringComparison.Ordinal))
                {
                    return line;
                }
            }

            throw new InvalidOperationException($"kubectl ended without saying {text}: {await _process.StandardError.ReadToEndAsync(patience.Token)}");
        }

        public void Dispose()
        {
            _process.Kill(entireProcessTree: true);
            _process.Dispose();
        }
    }
}
