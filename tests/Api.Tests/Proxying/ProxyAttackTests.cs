using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Crescent.Api.Proxying;
using Crescent.Api.Tests.Access;
using Crescent.Api.Tests.Streaming;
using Xunit;

namespace Crescent.Api.Tests.Proxying;

/// <summary>Somebody who may use the proxy of one pod, and wants more of it.</summary>
public sealed class ProxyAttackTests(StreamHost host) : IClassFixture<StreamHost>
{
    private const string Pod = "/api/v1/namespaces/default/pods/web/proxy";
    private const string Secrets = "/api/v1/namespaces/default/secrets";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("https://127.0.0.1/api/v1/namespaces/default/pods/web/proxy/absolute")]
    [InlineData("http://169.254.169.254/api/v1/namespaces/default/pods/web/proxy/absolute")]
    [InlineData(Pod + "/../../../secrets")]
    [InlineData(Pod + "/%2e%2e/%2e%2e/%2e%2e/secrets")]
    [InlineData(Pod + "/..%2f..%2f..%2fsecrets")]
    [InlineData(Pod + "/..%5c..%5csecrets")]
    [InlineData(Pod + "/a%0d%0aX-Remote-User:%20root")]
    [InlineData("/api/v1/namespaces/default/pods/web%2fproxy%2f..%2f..%2f../secrets")]
    [InlineData("/api/v1/namespaces/default/pods/web%2f..%2fother/proxy/")]
    [InlineData("/api/v1/namespaces/default%2fpods/web/proxy/")]
    [InlineData("/api/v1/namespaces/default/pods/../secrets/x/proxy/")]
    [InlineData("//api/v1/namespaces/default/pods/web/proxy/double")]
    [InlineData("/api/v1/namespaces/default/pods/http:web:10250@169.254.169.254:/proxy/")]
    public async Task Path_OfEveryTrick_OpensNothingAndReachesNobody(string target)
    {
        var user = await UserAsync();
        var before = host.Seen.Count;
        var answer = await SayAsync(user, $"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
        Assert.Matches(@"\AHTTP/1\.1 (400|403|404) ", answer);
        Assert.Equal(before, host.Seen.Count);
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 4")]
    [InlineData("Content-Length: 4\r\nContent-Length: 5")]
    [InlineData("Transfer-Encoding : chunked")]
    [InlineData("Transfer-Encoding: identity, chunked")]
    [InlineData("Transfer-Encoding: \vchunked\r\nContent-Length: 0")]
    public async Task Lengths_ThatContradict_SmuggleNothingPastTheApi(string lengths)
    {
        var answer = await SayAsync(
            await UserAsync(),
            $"POST {Pod}/first HTTP/1.1\r\nHost: a\r\n{lengths}\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Assert.DoesNotContain(host.Seen, static line => line.Contains("smuggled", StringComparison.Ordinal));
        Assert.DoesNotContain("HTTP/1.1 2", answer[Math.Min(1, answer.Length)..], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("websocket", "/shut")]
    [InlineData("SPDY/3.1", "/plain")]
    [InlineData("h2c", "/plain")]
    public async Task Upgrade_ThatTheBackendDeclines_LeavesNoTunnelToIt(string protocol, string path)
    {
        var answer = await SayAsync(
            await UserAsync(),
            $"GET {Pod}{path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: {protocol}\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
            + "GET /tunnelled HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Assert.DoesNotContain(host.Seen, static line => line.Contains("tunnelled", StringComparison.Ordinal));
        Assert.DoesNotContain("HTTP/1.1 101", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("GET /tunnelled", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_ThatSayWhoSomebodyIs_StayWithTheApi()
    {
        var user = await UserAsync();
        var answer = await SayAsync(
            user, $"GET {Pod}/who HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\nX-Remote-User: root\r\nConnection: close, X-Forwarded-For\r\n\r\n");
        Assert.Contains("auth= custom=", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.9.9.9")]
    [InlineData("169.254.169.254")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("::1")]
    [InlineData("fe80::1")]
    [InlineData("ff02::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    public async Task Node_WhoseAddressIsLoopbackOrLinkLocal_IsNotProxiedTo(string address)
    {
        Assert.False(ProxyTargets.IsProxyable(IPAddress.Parse(address)));
        var name = "evil-" + Convert.ToHexStringLower(System.Text.Encoding.ASCII.GetBytes(address));
        await host.PostAsync("/api/v1/nodes", $$$"""
            {"metadata":{"name":"{{{name}}}"},"status":{"addresses":[{"type":"InternalIP","address":"{{{address}}}"}]}}
            """);
        using var answer = await host.Api.Admin.GetAsync($"/api/v1/nodes/http:{name}:80/proxy/latest/meta-data", Cancelled);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("address not allowed", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    /// <summary>May get and create the proxy of this one pod.</summary>
    private async Task<X509Certificate2> UserAsync()
    {
        var certificate = host.Api.Authority.IssueClient("proxy-user");
        using var user = new TestUser(host.Api.Connect(certificate));
        using var admin = new TestUser(host.Api.Connect(host.Api.Authority.IssueClient("kubernetes-admin", "system:masters")));
        const string Rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/default";
        await admin.PostAsync($"{Rbac}/roles", """
            {"metadata":{"name":"proxy-user"},"rules":[{"apiGroups":[""],"resources":["pods/proxy"],"resourceNames":["web"],"verbs":["get","create"]}]}
            """);
        await admin.PostAsync($"{Rbac}/rolebindings", """
            {"metadata":{"name":"proxy-user"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"proxy-user"},
             "subjects":[{"kind":"User","name":"proxy-user"}]}
            """);
        await Level.ReachedAsync(async () =>
        {
            using var answer = await user.Client.GetAsync($"{Pod}/ready", Cancelled);
            return answer.StatusCode == HttpStatusCode.OK;
        });
        Assert.Equal(HttpStatusCode.Forbidden, (await user.GetAsync(Secrets)).Code);
        return certificate;
    }

    /// <summary>Sends bytes no decent client would and reads until the server closes.</summary>
    private async Task<string> SayAsync(X509Certificate2 certificate, string text)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(host.Api.Address.Host, host.Api.Address.Port, Cancelled);
        await using var stream = new SslStream(socket.GetStream());
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost", ClientCertificates = [certificate], LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate,
                RemoteCertificateValidationCallback = static (_, presented, _, _) => presented is not null,
            },
            Cancelled);
        await stream.WriteAsync(System.Text.Encoding.Latin1.GetBytes(text), Cancelled);
        var answer = new StringBuilder();
        var buffer = new byte[16 * 1024];
        try
        {
            int count;
            while ((count = await stream.ReadAsync(buffer, Cancelled)) > 0)
            {
                answer.Append(System.Text.Encoding.Latin1.GetString(buffer, 0, count));
            }
        }
        catch (IOException)
        {
            // The server breaks a connection off that it does not want to understand.
            answer.Append("(broken off)");
        }

        return answer.ToString();
    }
}
