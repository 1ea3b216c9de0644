using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using Crescent.EndToEnd.Tests.Clusters;

namespace Crescent.EndToEnd.Tests.Windows;

/// <summary>The agent as a Windows service: joins, heartbeats, reports usage, runs pods on an engine over TCP.</summary>
public sealed partial class WindowsAgentTests(WindowsNode node) : IClassFixture<WindowsNode>
{
    private const string Manifest = """
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: words }
        data: { greeting: "hello" }
        ---
        apiVersion: v1
        kind: Secret
        metadata: { name: hidden }
        stringData: { password: "open sesame" }
        ---
        apiVersion: v1
        kind: Pod
        metadata: { name: web }
        spec:
          nodeSelector: { kubernetes.io/os: linux }
          terminationGracePeriodSeconds: 0
          containers:
            - name: main
              image: crescent.local/busybox:1
              command: [sh, -c, "cat /words/greeting; echo; cp /hidden/password /scratch/copy; exec sleep 3600"]
              env:
                - { name: NODE, valueFrom: { fieldRef: { fieldPath: spec.nodeName } } }
              readinessProbe: { exec: { command: [test, -s, /scratch/copy] }, periodSeconds: 1 }
              volumeMounts:
                - { name: words, mountPath: /words }
                - { name: hidden, mountPath: /hidden }
                - { name: scratch, mountPath: /scratch }
                - { name: host, mountPath: /host, readOnly: true }
          volumes:
            - { name: words, configMap: { name: words } }
            - { name: hidden, secret: { secretName: hidden } }
            - { name: scratch, emptyDir: {} }
            - { name: host, hostPath: { path: /etc } }
        """;

    [Fact]
    public async Task Service_Started_RunsAndItsNodeIsReady()
    {
        var kubectl = node.Kubectl;
        await kubectl.DoAsync("wait", "node", WindowsNode.Name, "--for=condition=Ready", "--timeout=60s");

        Assert.Equal("RUNNING", await node.Service.StateAsync());
        Assert.Equal("linux", await kubectl.DoAsync("get", "node", WindowsNode.Name, "-o", @"jsonpath={.metadata.labels.kubernetes\.io/os}"));
        await Level.ReachedAsync("the node tells what it cannot do", async () => (await kubectl.DoAsync(
            "get", "events", "-A", "-o", "name", "--field-selector", $"involvedObject.name={WindowsNode.Name},reason=ServicesNotSupported")).Length > 0);
        await Level.ReachedAsync("usage figures arrive", async () => (await kubectl.RunAsync("top", "node", WindowsNode.Name)).ExitCode == 0);
    }

    [Fact]
    public Task Pod_OnAnEngineWithoutSharedFiles_RunsWithVolumesLogsExecAndUsage() => InNamespaceAsync("win-pod", async (kubectl, ns) =>
    {
        Assert.Equal("hello", await kubectl.DoAsync("logs", "-n", ns, "web"));
        Assert.Equal("open sesame", await kubectl.DoAsync("exec", "-n", ns, "web", "--", "cat", "/scratch/copy"));
        Assert.Equal(WindowsNode.Name, await kubectl.DoAsync("exec", "-n", ns, "web", "--", "sh", "-c", "echo $NODE"));
        await kubectl.DoAsync("exec", "-n", ns, "web", "--", "test", "-f", "/host/passwd");
        var large = new string('x', 300_000);
        Assert.Equal(large, (await kubectl.RunAsync(["exec", "-i", "-n", ns, "web", "--", "cat"], large)).Succeeded());
        Assert.NotEmpty(await kubectl.DoAsync("get", "events", "-n", ns, "-o", "name", "--field-selector", "reason=MissingClusterDNS"));
        var uid = await kubectl.DoAsync("get", "pod", "-n", ns, "web", "-o", "jsonpath={.metadata.uid}");
        Assert.NotEmpty(await EngineHasAsync(uid));
        await kubectl.DoAsync("delete", "pod", "-n", ns, "web", "--timeout=60s");
        await Level.ReachedAsync("nothing of the pod is left in the engine", async () => (await EngineHasAsync(uid)).Length == 0);
    });

    [Fact]
    public Task Usage_OnAnEngineWithoutSharedFiles_IsWhatTheEngineCounts() => InNamespaceAsync("win-usage", async (kubectl, ns) =>
    {
        var counted = (await Shell.RunAsync(
            "sh", ["-c", "docker stats --no-stream --format '{{.PIDs}}' $(docker ps -q --filter name=k8s_main_web_win-usage)"])).Succeeded();
        if (counted == "0")
        {
            Assert.Skip("the engine counts nothing here; it does not when /proc/self/cgroup names hierarchies that are not mounted");
        }

        await Level.ReachedAsync("usage figures arrive", async () => (await kubectl.RunAsync("top", "pod", "-n", ns, "web")).ExitCode == 0);
    });

    [Fact]
    public Task Service_StoppedAndStarted_AdoptsItsPods() => InNamespaceAsync("win-restart", async (kubectl, ns) =>
    {
        const string Identity = "jsonpath={.status.containerStatuses[0].containerID} {.status.containerStatuses[0].restartCount}";
        var before = await kubectl.DoAsync("get", "pod", "-n", ns, "web", "-o", Identity);

        await node.Service.StopAsync();
        await Level.ReachedAsync("the service ends", async () => await node.Service.StateAsync() == "STOPPED");
        await node.Service.StartAsync();

        await Level.ReachedAsync("the agent answers", async () => (await kubectl.RunAsync("logs", "-n", ns, "web")).ExitCode == 0);
        Assert.Equal(before, await kubectl.DoAsync("get", "pod", "-n", ns, "web", "-o", Identity));
        Assert.Equal("hello", await kubectl.DoAsync("logs", "-n", ns, "web"));
    });

    [Fact]
    public async Task Endpoint_CallerWhoIsNoAdministrator_IsRefused()
    {
        using var administrator = Administrator();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var pretender = new CertificateRequest(administrator.SubjectName, key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow().AddHours(1));

        Assert.StartsWith("HTTP/1.1 200", await AskAsync(administrator), StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<Exception>(() => AskAsync(pretender));
        await Assert.ThrowsAnyAsync<Exception>(() => AskAsync(null));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task InNamespaceAsync(string ns, Func<Kubectl, string, Task> body)
    {
        var kubectl = node.Kubectl;
        await kubectl.DoAsync("create", "namespace", ns);
        try
        {
            await kubectl.ApplyAsync(Manifest, ns);
            await kubectl.DoAsync("wait", "pod", "-n", ns, "web", "--for=condition=Ready", "--timeout=90s");
            await body(kubectl, ns);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            var all = await kubectl.RunAsync("get", "nodes,pods,events", "-n", ns, "-o", "wide");
            TestContext.Current.SendDiagnosticMessage(all.Output + all.Errors);
            throw;
        }
        finally
        {
            await kubectl.RunAsync("delete", "namespace", ns, "--timeout=60s");
        }
    }

    private static async Task<string> EngineHasAsync(string podUid) => (await Shell.RunAsync(
        "sh", ["-c", $"docker ps -aq --filter name={podUid}; docker volume ls -q --filter name={podUid}"])).Succeeded();

    /// <summary>Sends one request to the agent's endpoint and answers the status line.</summary>
    private async Task<string> AskAsync(X509Certificate2? certificate)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, node.Port, Cancel);
        await using var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "127.0.0.1",
                LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!,
                RemoteCertificateValidationCallback = static (_, _, _, _) => true,
            },
            Cancel);
        await stream.WriteAsync("GET /healthz HTTP/1.1\r\nHost: node\r\n\r\n"u8.ToArray(), Cancel);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadLineAsync(Cancel) ?? throw new EndOfStreamException();
    }

    private X509Certificate2 Administrator()
    {
        var text = File.ReadAllText(Path.Combine(node.ClusterHome, "kubeconfig"));
        using var pair = X509Certificate2.CreateFromPem(Pem("client-certificate-data"), Pem("client-key-data"));
        return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);

        string Pem(string field) => Encoding.ASCII.GetString(Convert.FromBase64String(
            Fields().Matches(text).First(match => match.Groups["name"].Value == field).Groups["value"].Value));
    }

    [GeneratedRegex("(?<name>[a-z-]+-data): *\"?(?<value>[A-Za-z0-9+/=]+)")]
    private static partial Regex Fields();
}
