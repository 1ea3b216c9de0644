using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Crescent.EndToEnd.Tests.Clusters;

namespace Crescent.EndToEnd.Tests.Windows;

/// <summary>The control plane as a Windows service: stock kubectl, an agent of another system, real pods; and it comes back with all it had.</summary>
public sealed class WindowsSiloTests(WindowsSilo silo) : IClassFixture<WindowsSilo>
{
    private const string Manifest = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: web }
        spec:
          replicas: 2
          selector: { matchLabels: { app: web } }
          template:
            metadata: { labels: { app: web } }
            spec:
              terminationGracePeriodSeconds: 0
              containers:
                - name: main
                  image: crescent.local/busybox:1
                  command: [sh, -c, "echo ready; exec sleep 3600"]
        """;

    [Fact]
    public async Task Service_Started_RunsAndAnswersItsOwnProgram()
    {
        Assert.Equal("RUNNING", await silo.Service.StateAsync());

        var status = (await silo.Service.RunProgramAsync("status", "--home", Wine.PathOf(silo.Home), "--tls", "managed")).Succeeded();
        Assert.Contains($"https://127.0.0.1:{silo.Port}/ ready", status, StringComparison.Ordinal);
        Assert.Contains($"{WindowsSilo.NodeName} Ready", status, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deployment_OnANodeOfAnotherSystem_RunsWithLogsAndExec()
    {
        var kubectl = silo.Kubectl;
        await kubectl.DoAsync("create", "namespace", "pods");
        await kubectl.ApplyAsync(Manifest, "pods");
        await kubectl.DoAsync("rollout", "status", "-n", "pods", "deployment/web", "--timeout=120s");

        Assert.Equal("ready", await kubectl.DoAsync("logs", "-n", "pods", "deployment/web"));
        var large = new string('x', 300_000);
        Assert.Equal(large, (await kubectl.RunAsync(["exec", "-i", "-n", "pods", "deployment/web", "--", "cat"], large)).Succeeded());
        await kubectl.DoAsync("delete", "namespace", "pods", "--timeout=60s");
    }

    [Fact]
    public async Task Service_StoppedAndStarted_HasAllItHadAndItsNodeAgain()
    {
        const string Identity = "jsonpath={.items[*].status.containerStatuses[0].containerID}";
        var kubectl = silo.Kubectl;
        await kubectl.DoAsync("create", "namespace", "kept");
        await kubectl.DoAsync("create", "configmap", "-n", "kept", "words", "--from-literal=greeting=hello");
        await kubectl.DoAsync("create", "secret", "generic", "-n", "kept", "hidden", "--from-literal=password=open sesame");
        await kubectl.ApplyAsync(Manifest, "kept");
        await kubectl.DoAsync("rollout", "status", "-n", "kept", "deployment/web", "--timeout=120s");
        var before = await kubectl.DoAsync("get", "pods", "-n", "kept", "-o", Identity);

        await silo.Service.StopAsync();
        await Level.ReachedAsync("the service ends", async () => await silo.Service.StateAsync() == "STOPPED");
        await silo.Service.StartAsync();
        await Level.ReachedAsync("the API is ready", async () => (await kubectl.RunAsync("get", "--raw", "/readyz")).ExitCode == 0, TimeSpan.FromMinutes(2));

        Assert.Equal("hello", await kubectl.DoAsync("get", "configmap", "-n", "kept", "words", "-o", "jsonpath={.data.greeting}"));
        Assert.Equal(
            Convert.ToBase64String("open sesame"u8),
            await kubectl.DoAsync("get", "secret", "-n", "kept", "hidden", "-o", "jsonpath={.data.password}"));
        await Level.ReachedAsync("the node is reached", async () => (await kubectl.RunAsync("logs", "-n", "kept", "deployment/web")).ExitCode == 0);
        Assert.Equal(before, await kubectl.DoAsync("get", "pods", "-n", "kept", "-o", Identity));
        await kubectl.DoAsync("delete", "namespace", "kept", "--timeout=60s");
    }

    [Fact]
    public async Task Certificate_AskedForAndApproved_IsIssuedAndLetsIn()
    {
        var kubectl = silo.Kubectl;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=jane, O=visitors", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        await kubectl.ApplyAsync($$"""
            apiVersion: certificates.k8s.io/v1
            kind: CertificateSigningRequest
            metadata: { name: jane }
            spec:
              request: {{Convert.ToBase64String(Encoding.ASCII.GetBytes(request))}}
              signerName: kubernetes.io/kube-apiserver-client
              usages: [client auth]
            """);
        await kubectl.DoAsync("certificate", "approve", "jane");
        var issued = "";
        await Level.ReachedAsync(
            "the certificate is issued",
            async () => (issued = await kubectl.DoAsync("get", "csr", "jane", "-o", "jsonpath={.status.certificate}")).Length > 0);

        using var certificate = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(Convert.FromBase64String(issued))).CopyWithPrivateKey(key);
        Assert.Equal(HttpStatusCode.Created, await ReviewSelfAsync(certificate));
    }

    [Fact]
    public async Task Token_OfAServiceAccount_LetsIn()
    {
        var kubectl = silo.Kubectl;
        var token = (await kubectl.DoAsync("create", "token", "default")).Trim();

        var whoami = await kubectl.RunAsync(["auth", "whoami", "--token", token, "--kubeconfig", await KubeconfigWithoutUserAsync()], null);
        Assert.Contains("system:serviceaccount:default:default", whoami.Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_OfAnotherAuthority_IsUnauthorized()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var pretender = new CertificateRequest("CN=kubernetes-admin, O=system:masters", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow().AddHours(1));

        Assert.Equal(HttpStatusCode.Unauthorized, await ReviewSelfAsync(pretender));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<string> KubeconfigWithoutUserAsync()
    {
        var path = Path.Combine(silo.Home, "anonymous");
        var text = await File.ReadAllTextAsync(Path.Combine(silo.Home, "kubeconfig"), Cancel);
        await File.WriteAllTextAsync(path, text[..text.IndexOf("users:", StringComparison.Ordinal)] + "users:\n- name: kubernetes-admin\n  user: {}\n", Cancel);
        return path;
    }

    /// <summary>Asks the API over HTTP/2 who it takes the caller for.</summary>
    private async Task<HttpStatusCode> ReviewSelfAsync(X509Certificate2 certificate)
    {
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate, RemoteCertificateValidationCallback = static (_, _, _, _) => true,
            },
        };
        using var client = new HttpClient(handler)
        {
            BaseAddress = new($"https://127.0.0.1:{silo.Port}"), DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var body = new StringContent("""{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}""", Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("/apis/authentication.k8s.io/v1/selfsubjectreviews", UriKind.Relative), body, Cancel);
        return answer.StatusCode;
    }
}
