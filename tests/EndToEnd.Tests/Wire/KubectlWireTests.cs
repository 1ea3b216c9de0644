using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Crescent.EndToEnd.Tests.Clusters;

namespace Crescent.EndToEnd.Tests.Wire;

/// <summary>
/// What people type, typed with every supported kubectl. Workloads have no replicas where no container is needed, so a version takes
/// seconds.
/// </summary>
[Collection(SqliteCollection.Name)]
public sealed class KubectlWireTests(SqliteCluster cluster)
{
    private const string ConfigMap = """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"applied"},"data":{"a":"1","b":"1"}}""";

    public static TheoryData<string> Minors => [.. Kubectl.Minors];

    [Theory, MemberData(nameof(Minors))]
    public Task Kubectl_CreatesAndShows_EveryOutput(string minor) => InOwnNamespaceAsync("show", minor, async (kubectl, ns) =>
    {
        await kubectl.DoAsync("create", "configmap", "cm", "--from-literal=a=b", "-n", ns);
        await kubectl.DoAsync("create", "secret", "generic", "secret", "--from-literal=a=b", "-n", ns);
        await kubectl.DoAsync("create", "serviceaccount", "sa", "-n", ns);
        await kubectl.DoAsync("create", "service", "clusterip", "svc", "--tcp=80:8080", "-n", ns);
        await kubectl.DoAsync("create", "deployment", "web", "--image=crescent.local/busybox:1", "--replicas=0", "-n", ns);
        Assert.Equal("deployment.apps/web", await kubectl.DoAsync("get", "deploy", "web", "-n", ns, "-o", "name"));
        Assert.Equal("web", await kubectl.DoAsync("get", "deploy", "web", "-n", ns, "-o", "jsonpath={.metadata.name}"));
        Assert.Equal("web", await kubectl.DoAsync("get", "deploy", "web", "-n", ns, "-o", "go-template={{.metadata.name}}"));
        Assert.Contains("kind: Deployment", await kubectl.DoAsync("get", "deploy", "web", "-n", ns, "-o", "yaml"), StringComparison.Ordinal);
        Assert.Matches(@"NAME\s+READY\s+UP-TO-DATE\s+AVAILABLE\s+AGE\s+CONTAINERS\s+IMAGES\s+SELECTOR", await kubectl.DoAsync("get", "deploy", "-n", ns, "-o", "wide"));
        Assert.Matches(@"N\s+web", await kubectl.DoAsync("get", "deploy", "-n", ns, "-o", "custom-columns=N:.metadata.name"));
        Assert.Contains("service/svc", await kubectl.DoAsync("get", "all", "-n", ns), StringComparison.Ordinal);
        Assert.Contains("web", await kubectl.DoAsync("get", "deploy", "-A", "--sort-by=.metadata.name"), StringComparison.Ordinal);
        Assert.Contains("StrategyType:", await kubectl.DoAsync("describe", "deploy", "web", "-n", ns), StringComparison.Ordinal);
        Assert.Contains("deployments", await kubectl.DoAsync("api-resources"), StringComparison.Ordinal);
        Assert.Contains("apps/v1", await kubectl.DoAsync("api-versions"), StringComparison.Ordinal);
        Assert.Contains("rollingUpdate", await kubectl.DoAsync("explain", "deployment.spec.strategy"), StringComparison.Ordinal);
        Assert.Contains("containerPort", await kubectl.DoAsync("explain", "pod.spec.containers", "--recursive"), StringComparison.Ordinal);
        Assert.Contains("RESOURCE: spec", await kubectl.DoAsync("explain", "pods.spec", "--output=plaintext-openapiv2"), StringComparison.Ordinal);
        Assert.Equal("yes", await kubectl.DoAsync("auth", "can-i", "create", "pods", "-n", ns));
        await kubectl.DoAsync("delete", "configmap,secret", "--all", "-n", ns);
    });

    [Theory, MemberData(nameof(Minors))]
    public Task Kubectl_Changes_ByEveryKindOfPatch(string minor) => InOwnNamespaceAsync("change", minor, async (kubectl, ns) =>
    {
        await kubectl.DoAsync("create", "deployment", "web", "--image=crescent.local/busybox:1", "--replicas=0", "-n", ns);
        await kubectl.DoAsync("rollout", "status", "deploy/web", "-n", ns, "--timeout=30s");
        await kubectl.DoAsync("set", "image", "deploy/web", "busybox=crescent.local/busybox:2", "-n", ns);
        await kubectl.DoAsync("set", "env", "deploy/web", "A=B", "-n", ns);
        await kubectl.DoAsync("set", "resources", "deploy/web", "--limits=cpu=100m", "-n", ns);
        await kubectl.DoAsync("rollout", "restart", "deploy/web", "-n", ns);
        await kubectl.DoAsync("rollout", "pause", "deploy/web", "-n", ns);
        await kubectl.DoAsync("rollout", "resume", "deploy/web", "-n", ns);
        await kubectl.DoAsync("patch", "deploy", "web", "-n", ns, "-p", """{"spec":{"template":{"spec":{"containers":[{"name":"busybox","tty":true}]}}}}""");
        await kubectl.DoAsync("patch", "deploy", "web", "-n", ns, "--type=merge", "-p", """{"spec":{"minReadySeconds":3}}""");
        await kubectl.DoAsync("patch", "deploy", "web", "-n", ns, "--type=json", "-p", """[{"op":"replace","path":"/spec/minReadySeconds","value":4}]""");
        await kubectl.DoAsync("scale", "deploy/web", "--replicas=0", "--current-replicas=0", "-n", ns);
        await kubectl.DoAsync("label", "deploy", "web", "l=1", "-n", ns);
        await kubectl.DoAsync("annotate", "deploy", "web", "n=1", "-n", ns);
        await kubectl.DoAsync("expose", "deploy/web", "--port=80", "--name=exposed", "-n", ns);
        var web = await kubectl.GetAsync("deploy", "web", "-n", ns);
        var container = web.GetProperty("spec").GetProperty("template").GetProperty("spec").GetProperty("containers")[0];
        Assert.Equal("crescent.local/busybox:2", container.GetProperty("image").GetString());
        Assert.True(container.GetProperty("tty").GetBoolean());
        Assert.Equal("B", container.GetProperty("env")[0].GetProperty("value").GetString());
        Assert.Equal(4, web.GetProperty("spec").GetProperty("minReadySeconds").GetInt32());
        var edited = await kubectl.RunAsync(
            ["edit", "deploy", "web", "-n", ns], null, environment: new Dictionary<string, string> { ["EDITOR"] = "sed -i s/minReadySeconds:.4/minReadySeconds:\\ 5/" });
        Assert.Contains("edited", edited.Succeeded(), StringComparison.Ordinal);
        Assert.Equal("5", await kubectl.DoAsync("get", "deploy", "web", "-n", ns, "-o", "jsonpath={.spec.minReadySeconds}"));
    });

    [Theory, MemberData(nameof(Minors))]
    public Task Kubectl_Applies_OnBothSides(string minor) => InOwnNamespaceAsync("apply", minor, async (kubectl, ns) =>
    {
        Assert.Contains("created", await kubectl.ApplyAsync(ConfigMap, ns), StringComparison.Ordinal);
        Assert.Contains("unchanged", await kubectl.ApplyAsync(ConfigMap, ns), StringComparison.Ordinal);
        var difference = await kubectl.RunAsync(["diff", "-n", ns, "-f", "-"], ConfigMap.Replace("\"b\":\"1\"", "\"b\":\"2\"", StringComparison.Ordinal));
        Assert.Equal(1, difference.ExitCode);
        Assert.Contains("+  b: \"2\"", difference.Output, StringComparison.Ordinal);

        // What client-side apply owned moves to the server's side, so that dropping a member removes it.
        Assert.Contains("serverside-applied", await ApplyOnServerAsync(kubectl, ns, ConfigMap), StringComparison.Ordinal);
        await ApplyOnServerAsync(kubectl, ns, ConfigMap.Replace(",\"b\":\"1\"", "", StringComparison.Ordinal));
        Assert.Equal("""{"a":"1"}""", await kubectl.DoAsync("get", "cm", "applied", "-n", ns, "-o", "jsonpath={.data}"));

        var other = ConfigMap.Replace("\"a\":\"1\"", "\"a\":\"9\"", StringComparison.Ordinal);
        var conflict = await kubectl.RunAsync(["apply", "--server-side", "--field-manager=other", "-n", ns, "-f", "-"], other);
        Assert.Equal(1, conflict.ExitCode);
        Assert.Matches("""conflict with "kubectl"( using v1)?: \.data\.a""", conflict.Errors);
        (await kubectl.RunAsync(["apply", "--server-side", "--field-manager=other", "--force-conflicts", "-n", ns, "-f", "-"], other)).Succeeded();
        var owners = await kubectl.GetAsync("cm", "applied", "-n", ns, "--show-managed-fields");
        Assert.Contains("other", Managers(owners));
        (await kubectl.RunAsync(["replace", "-n", ns, "-f", "-"], ConfigMap)).Succeeded();
        var strict = await kubectl.RunAsync(["apply", "-n", ns, "-f", "-"], ConfigMap.Replace("\"data\"", "\"dota\"", StringComparison.Ordinal));
        Assert.Contains("unknown field \"dota\"", strict.Errors, StringComparison.Ordinal);
    });

    [Theory, MemberData(nameof(Minors))]
    public Task Kubectl_WatchesOverNodesAndPods(string minor) => InOwnNamespaceAsync("nodes", minor, async (kubectl, ns) =>
    {
        await kubectl.DoAsync("run", "p", "-n", ns, "--image=crescent.local/busybox:1", "--restart=Never", "--", "sleep", "3600");
        await kubectl.DoAsync("wait", "pod/p", "--for=condition=Ready", "--timeout=60s", "-n", ns);
        await kubectl.DoAsync("logs", "p", "-n", ns);

        // Agents send events in batches, and not before the status: Ready says nothing about them.
        await Level.ReachedAsync("the event is there", async () =>
            (await kubectl.DoAsync("events", "-n", ns, "--for=pod/p")).Contains("Started", StringComparison.Ordinal));
        Assert.Contains("PodScheduled", await kubectl.DoAsync("describe", "pod", "p", "-n", ns), StringComparison.Ordinal);
        await kubectl.DoAsync("taint", "node", cluster.NodeName, "k=v:PreferNoSchedule");
        await kubectl.DoAsync("taint", "node", cluster.NodeName, "k-");
        await kubectl.DoAsync("cordon", cluster.NodeName);
        var drained = await kubectl.RunAsync("drain", cluster.NodeName, "--force", "--ignore-daemonsets", "--pod-selector=run=p", "--grace-period=1");
        await kubectl.DoAsync("uncordon", cluster.NodeName);
        Assert.Contains("evicted", drained.Succeeded(), StringComparison.Ordinal);
        Assert.Contains("ok", await kubectl.DoAsync("get", "--raw", "/readyz"), StringComparison.Ordinal);
        Assert.Contains("NodeList", await kubectl.DoAsync("get", "--raw", "/api/v1/nodes"), StringComparison.Ordinal);
        Assert.Equal("ok", await kubectl.DoAsync("get", "--raw", $"/api/v1/nodes/{cluster.NodeName}/proxy/healthz"));
    });

    [Theory, MemberData(nameof(Minors))]
    public Task Kubectl_Generates_EveryKindItCanCreate(string minor) => InOwnNamespaceAsync("generate", minor, async (kubectl, ns) =>
    {
        string[][] generated =
        [
            ["job", "j", "--image=crescent.local/busybox:1"],
            ["cronjob", "c", "--image=crescent.local/busybox:1", "--schedule=0 0 1 1 *"],
            ["ingress", "i", "--rule=a.example/x*=web:80"],
            ["poddisruptionbudget", "b", "--selector=a=b", "--min-available=1"],
            ["priorityclass", "p", "--value=7"],
            ["quota", "q", "--hard=pods=9"],
            ["role", "r", "--verb=get", "--resource=pods"],
            ["clusterrole", "r", "--verb=get", "--resource=nodes"],
            ["rolebinding", "r", "--clusterrole=view", "--user=ann"],
            ["clusterrolebinding", "r", "--clusterrole=view", "--user=ann"],
            ["service", "nodeport", "n", "--tcp=80"],
            ["service", "externalname", "e", "--external-name=a.example"],
        ];
        foreach (var words in generated)
        {
            Assert.Contains("created (server dry run)", await kubectl.DoAsync(["create", .. words, "-n", ns, "--dry-run=server"]), StringComparison.Ordinal);
        }

        await kubectl.DoAsync("create", "deployment", "web", "--image=crescent.local/busybox:1", "--replicas=0", "-n", ns);
        await kubectl.DoAsync("autoscale", "deployment", "web", "--min=1", "--max=2", "--cpu-percent=50", "-n", ns);
        Assert.Equal("2", await kubectl.DoAsync("get", "hpa", "web", "-n", ns, "-o", "jsonpath={.spec.maxReplicas}"));
        await kubectl.DoAsync("set", "env", "deploy/web", "A=B", "-n", ns);
        await kubectl.DoAsync("rollout", "undo", "deploy/web", "--to-revision=1", "-n", ns, "--dry-run=server");
        Assert.Contains("kubernetes-admin", await kubectl.DoAsync("auth", "whoami"), StringComparison.Ordinal);
        Assert.NotEmpty(await kubectl.DoAsync("create", "token", "default", "-n", ns));
        await kubectl.DoAsync("create", "rolebinding", "views", "--clusterrole=view", "--user=ann", "-n", ns);
        await kubectl.DoAsync("set", "subject", "rolebinding", "views", "--user=bob", "-n", ns);
        await kubectl.DoAsync("set", "serviceaccount", "deploy/web", "default", "-n", ns);
        Assert.Contains("bob", await kubectl.DoAsync("describe", "rolebinding", "views", "-n", ns), StringComparison.Ordinal);
        Assert.Contains("<none>", await kubectl.DoAsync("describe", "deploy", "web", "-n", ns), StringComparison.Ordinal);
        Assert.Contains("nonResourceAttributes", await kubectl.DoAsync("explain", "selfsubjectaccessreviews.spec"), StringComparison.Ordinal);
        Assert.Contains("conditions", await kubectl.DoAsync("explain", "componentstatuses"), StringComparison.Ordinal);
        Assert.Contains("web", await kubectl.DoAsync("get", "deploy", "web", "-n", ns, "--subresource=scale"), StringComparison.Ordinal);
        await ApproveAsync(kubectl, ns);
        await Level.ReachedAsync("usage figures arrive", async () => (await kubectl.RunAsync("top", "node", cluster.NodeName)).ExitCode == 0);
    });

    /// <summary>Asks for a certificate and grants it.</summary>
    private static async Task ApproveAsync(Kubectl kubectl, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = new CertificateRequest("CN=carol", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        await kubectl.ApplyAsync($$$"""
            {"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"{{{name}}}"},
             "spec":{"request":"{{{Convert.ToBase64String(Encoding.UTF8.GetBytes(pem))}}}","signerName":"kubernetes.io/kube-apiserver-client","usages":["client auth"]}}
            """);
        await kubectl.DoAsync("certificate", "approve", name);
        Assert.Contains("Approved", await kubectl.DoAsync("get", "csr", name), StringComparison.Ordinal);
        await kubectl.DoAsync("delete", "csr", name);
    }

    private static async Task<string> ApplyOnServerAsync(Kubectl kubectl, string ns, string manifest) =>
        (await kubectl.RunAsync(["apply", "--server-side", "-n", ns, "-f", "-"], manifest)).Succeeded();

    private static IEnumerable<string> Managers(JsonElement item) =>
        item.GetProperty("metadata").GetProperty("managedFields").EnumerateArray().Select(static entry => entry.GetProperty("manager").GetString()!);

    private Task InOwnNamespaceAsync(string name, string minor, Func<Kubectl, string, Task> body)
    {
        var ns = $"wire-{name}-{minor.Replace('.', '-')}";
        return cluster.InNamespaceAsync(ns, kubectl => body(kubectl, ns), minor);
    }
}
