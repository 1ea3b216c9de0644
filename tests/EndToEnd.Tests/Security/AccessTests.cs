using System.Text.Json;
using Crescent.EndToEnd.Tests.Clusters;

namespace Crescent.EndToEnd.Tests.Security;

[Collection(SqliteCollection.Name)]
public sealed class AccessTests(SqliteCluster cluster)
{
    // Asks the API with what a pod finds in its volume and environment, and prints the codes of three paths.
    private const string Asker = """
        apiVersion: v1
        kind: Pod
        metadata: { name: asker }
        spec:
          restartPolicy: Never
          terminationGracePeriodSeconds: 0
          serviceAccountName: robot
          containers:
            - name: main
              image: crescent.local/python:1
              command:
                - python3
                - -c
                - |
                  import os, ssl, urllib.request, urllib.error
                  home = "/var/run/secrets/kubernetes.io/serviceaccount/"
                  read = lambda name: open(home + name).read()
                  base = "https://%s:%s" % (os.environ["KUBERNETES_SERVICE_HOST"], os.environ["KUBERNETES_SERVICE_PORT"])
                  context = ssl.create_default_context(cafile=home + "ca.crt")
                  ns = read("namespace")
                  def code(path):
                      request = urllib.request.Request(base + path, headers={"Authorization": "Bearer " + read("token")})
                      try:
                          return urllib.request.urlopen(request, context=context, timeout=20).status
                      except urllib.error.HTTPError as error:
                          return error.code
                  print(code("/api/v1/namespaces/%s/pods" % ns), code("/api/v1/namespaces/%s/secrets" % ns), code("/api/v1/nodes"))
        """;

    [Fact]
    public Task Pod_WithItsToken_MayWhatItsRolesSay() => cluster.InNamespaceAsync("sa-token", async kubectl =>
    {
        await kubectl.DoAsync("create", "serviceaccount", "robot", "-n", "sa-token");
        await kubectl.DoAsync("create", "rolebinding", "robot-views", "-n", "sa-token", "--clusterrole=view", "--serviceaccount=sa-token:robot");
        await kubectl.ApplyAsync(Asker, "sa-token");
        await kubectl.DoAsync("wait", "-n", "sa-token", "pod/asker", "--for=jsonpath={.status.phase}=Succeeded", "--timeout=90s");
        Assert.Equal("200 403 403", (await kubectl.DoAsync("logs", "-n", "sa-token", "asker")).Trim());
    });

    /// <summary>The oldest, one that sends JSON and one that sends protobuf.</summary>
    public static TheoryData<string> Minors => ["1.27", "1.31", "1.33"];

    [Theory, MemberData(nameof(Minors))]
    public Task Kubectl_RolesTokensAndReviews_WorkTogether(string minor)
    {
        var ns = $"access-{minor.Replace('.', '-')}";
        return cluster.InNamespaceAsync(ns, async kubectl =>
        {
            await kubectl.DoAsync("create", "serviceaccount", "robot", "-n", ns);
            await kubectl.DoAsync("create", "role", "reader", "-n", ns, "--verb=get,list", "--resource=pods,deployments.apps");
            await kubectl.DoAsync("create", "rolebinding", "reads", "-n", ns, "--role=reader", $"--serviceaccount={ns}:robot");
            var robot = $"--as=system:serviceaccount:{ns}:robot";
            await Level.ReachedAsync("the binding counts", async () => (await kubectl.RunAsync("auth", "can-i", "list", "pods", "-n", ns, robot)).ExitCode == 0);
            Assert.Equal("no", (await kubectl.RunAsync("auth", "can-i", "delete", "pods", "-n", ns, robot)).Output.Trim());
            Assert.Contains("deployments.apps", await kubectl.DoAsync("auth", "can-i", "--list", "-n", ns, robot), StringComparison.Ordinal);
            Assert.Contains("Role/reader", await kubectl.DoAsync("get", "rolebindings", "-n", ns), StringComparison.Ordinal);

            var token = (await kubectl.DoAsync("create", "token", "robot", "-n", ns, "--duration=20m")).Trim();
            var review = JsonDocument.Parse((await kubectl.RunAsync(
                ["create", "-o", "json", "-f", "-"],
                $"{{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenReview\",\"spec\":{{\"token\":\"{token}\"}}}}")).Succeeded()).RootElement;
            Assert.Equal($"system:serviceaccount:{ns}:robot", review.GetProperty("status").GetProperty("user").GetProperty("username").GetString());
        }, minor);
    }

    [Fact]
    public Task CertificateRequest_ApprovedByTheAdministrator_IsSignedAndGoodForLogin() => cluster.InNamespaceAsync("csr", async kubectl =>
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var pem = new System.Security.Cryptography.X509Certificates.CertificateRequest(
            "CN=carol, O=devs", key, System.Security.Cryptography.HashAlgorithmName.SHA256).CreateSigningRequestPem();
        await kubectl.ApplyAsync($$"""
            apiVersion: certificates.k8s.io/v1
            kind: CertificateSigningRequest
            metadata: { name: carol }
            spec:
              request: {{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(pem))}}
              signerName: kubernetes.io/kube-apiserver-client
              usages: [client auth]
            """);
        await kubectl.DoAsync("certificate", "approve", "carol");
        var issued = "";
        await Level.ReachedAsync("the certificate is issued", async () =>
            (issued = await kubectl.DoAsync("get", "csr", "carol", "-o", "jsonpath={.status.certificate}")).Length > 0);
        Assert.Contains("Approved,Issued", await kubectl.DoAsync("get", "csr", "carol"), StringComparison.Ordinal);
        var directory = Directory.CreateTempSubdirectory("crescent-csr-").FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, "crt"), System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(issued)));
        await File.WriteAllTextAsync(Path.Combine(directory, "key"), key.ExportPkcs8PrivateKeyPem());
        var who = await kubectl.RunAsync(
            "auth", "whoami", "--kubeconfig=/dev/null", $"--server=https://127.0.0.1:{cluster.Port}", "--insecure-skip-tls-verify",
            $"--client-certificate={directory}/crt", $"--client-key={directory}/key");
        Directory.Delete(directory, recursive: true);
        await kubectl.DoAsync("delete", "csr", "carol");
        Assert.Contains("carol", who.Output, StringComparison.Ordinal);
        Assert.Contains("devs", who.Output, StringComparison.Ordinal);
    });
}
