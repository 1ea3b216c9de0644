using System.Net;
using System.Net.Security;
using System.Net.WebSockets;
using Crescent.Api.Tests.Streaming;
using Xunit;

namespace Crescent.Api.Tests.Proxying;

public sealed class ProxyTests(StreamHost host) : IClassFixture<StreamHost>
{
    private const string Pod = "/api/v1/namespaces/default/pods/web/proxy";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "")]
    [InlineData("POST", "a body")]
    [InlineData("PUT", "a body")]
    [InlineData("PATCH", "a body")]
    [InlineData("DELETE", "")]
    [InlineData("OPTIONS", "")]
    public async Task Proxy_EveryMethod_ReachesThePod(string method, string body)
    {
        using var request = new HttpRequestMessage(new(method), $"{Pod}/some%20where?q=1");
        request.Headers.TryAddWithoutValidation("X-Custom", "passes");
        if (body.Length != 0)
        {
            request.Content = new StringContent(body);
        }

        using var answer = await host.Api.Admin.SendAsync(request, Cancelled);
        Assert.Equal(
            $"{method} /some%20where?q=1 {body} uri={Pod}/some%20where auth= custom=passes", await answer.Content.ReadAsStringAsync(Cancelled));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Proxy_PortInTheName_IsAsked()
    {
        Assert.StartsWith("GET /", await host.Api.Admin.GetStringAsync("/api/v1/namespaces/default/pods/http:web:81/proxy/", Cancelled), StringComparison.Ordinal);
        Assert.Contains(host.Node.Asked, static item => item == "/portForward/default/web?port=81&at=pod");
    }

    [Fact]
    public async Task Proxy_WithoutTrailingSlash_IsRedirectedToIt()
    {
        using var client = Connect();
        using var answer = await client.GetAsync($"{Pod}?a=b", Cancelled);
        Assert.Equal((HttpStatusCode.MovedPermanently, $"{Pod}/?a=b"), (answer.StatusCode, answer.Headers.Location!.ToString()));
    }

    [Fact]
    public async Task Proxy_RedirectOfThePod_StaysBehindTheProxy()
    {
        using var client = Connect();
        using var answer = await client.GetAsync($"{Pod}/away", Cancelled);
        Assert.Equal($"{Pod}/there?x=1", answer.Headers.Location!.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("?packed")]
    public async Task Proxy_PageOfThePod_LinksBehindTheProxy(string query)
    {
        using var client = Connect();
        using var answer = await client.GetAsync($"{Pod}/page{query}", Cancelled);
        await using var body = await answer.Content.ReadAsStreamAsync(Cancelled);
        await using var plain = query.Length > 0 ? new System.IO.Compression.GZipStream(body, System.IO.Compression.CompressionMode.Decompress) : body;
        using var reader = new StreamReader(plain);
        Assert.Equal($"<a href=\"{Pod}/next\">next</a>", await reader.ReadToEndAsync(Cancelled));
    }

    [Fact]
    public async Task Proxy_NobodyListens_IsUnavailable()
    {
        using var answer = await host.Api.Admin.GetAsync("/api/v1/namespaces/default/pods/web:9/proxy/", Cancelled);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("error trying to reach service: connection refused", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Proxy_OfANode_IsTheAgent() =>
        Assert.Equal("agent saw /metrics/cadvisor?x=1", await host.Api.Admin.GetStringAsync("/api/v1/nodes/n1/proxy/metrics/cadvisor?x=1", Cancelled));

    [Fact]
    public async Task Proxy_OfANodeAtTheUsualPort_IsTheAgentWhereverItListens()
    {
        await host.PostAsync("/api/v1/nodes", """
            {"apiVersion":"v1","kind":"Node","metadata":{"name":"n2"},
             "status":{"addresses":[{"type":"InternalIP","address":"192.0.2.1"}],"daemonEndpoints":{"kubeletEndpoint":{"Port":10251}}}}
            """);
        Assert.Equal("agent saw /pods", await host.Api.Admin.GetStringAsync("/api/v1/nodes/n2:10250/proxy/pods", Cancelled));
    }

    [Fact]
    public async Task Proxy_OfAService_ReachesAReadyEndpoint()
    {
        await host.PostAsync("/api/v1/namespaces/default/services", """
            {"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},
             "spec":{"clusterIP":"None","ports":[{"name":"http","port":80,"targetPort":8080},{"name":"gone","port":81}]}}
            """);
        await host.PostAsync("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices", """
            {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{"name":"web-1","labels":{"kubernetes.io/service-name":"web"}},
             "addressType":"IPv4","ports":[{"name":"http","port":8080,"protocol":"TCP"}],
             "endpoints":[{"addresses":["10.9.9.9"],"conditions":{"ready":true},"targetRef":{"kind":"Pod","name":"web","namespace":"default"}}]}
            """);
        const string services = "/api/v1/namespaces/default/services";
        Assert.StartsWith("GET /x", await host.Api.Admin.GetStringAsync($"{services}/web:http/proxy/x", Cancelled), StringComparison.Ordinal);
        Assert.StartsWith("GET /y", await host.Api.Admin.GetStringAsync($"{services}/http:web:80/proxy/y", Cancelled), StringComparison.Ordinal);
        foreach (var (name, problem) in ((string, string)[])[("web:gone", "no endpoints available for service"), ("web:82", "no service port 82 found for service")])
        {
            using var answer = await host.Api.Admin.GetAsync($"{services}/{name}/proxy/", Cancelled);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Contains(problem, await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Proxy_WebSocket_PassesThrough()
    {
        using var socket = new ClientWebSocket();
        using var invoker = new HttpMessageInvoker(Handler());
        await socket.ConnectAsync(new UriBuilder(host.Api.Address) { Scheme = "wss", Path = $"{Pod}/socket" }.Uri, invoker, Cancelled);
        await socket.SendAsync("echo"u8.ToArray(), WebSocketMessageType.Text, true, Cancelled);
        var buffer = new byte[16];
        var received = await socket.ReceiveAsync(buffer, Cancelled);
        Assert.Equal("echo", System.Text.Encoding.ASCII.GetString(buffer, 0, received.Count));
    }

    [Fact]
    public async Task Proxy_WithoutPermission_IsForbidden()
    {
        using var stranger = host.Api.Connect(host.Api.Authority.IssueClient("stranger"));
        using var answer = await stranger.GetAsync($"{Pod}/", Cancelled);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    private HttpClient Connect() => new(Handler()) { BaseAddress = host.Api.Address };

    private SocketsHttpHandler Handler()
    {
        var certificate = host.Api.Authority.IssueClient("kubernetes-admin", "system:masters");
        return new()
        {
            AllowAutoRedirect = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = [certificate],
                LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate,
                RemoteCertificateValidationCallback = static (_, presented, _, _) => presented is not null,
            },
        };
    }
}
