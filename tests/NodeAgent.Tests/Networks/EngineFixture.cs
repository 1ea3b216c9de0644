using Crescent.NodeAgent.Networks;

namespace Crescent.NodeAgent.Tests.Networks;

/// <summary>
/// Two nodes of one cluster on the local engine, with pods that tell their host name and who asked. Skips where root, the engine,
/// nftables or the image is missing; fails there when CI=true.
/// </summary>
public sealed class EngineFixture : IAsyncLifetime
{
    private const string Image = "crescent.local/python:1";
    private const string Label = "room=agent-network";

    private const string ServerScript = """
        import http.server, socket, socketserver, threading
        class H(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = (socket.gethostname() + " " + self.client_address[0]).encode()
                self.send_response(200); self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
            def log_message(self, *a): pass
        class S(http.server.ThreadingHTTPServer):
            request_queue_size = 128
        class U(socketserver.BaseRequestHandler):
            def handle(self): self.request[1].sendto(socket.gethostname().encode(), self.client_address)
        threading.Thread(target=socketserver.UDPServer(("", 5353), U).serve_forever, daemon=True).start()
        S(("", 8080), H).serve_forever()
        """;

    private readonly List<TestNode> _nodes = [];

    internal FakeNodeGrain Grain { get; } = new();

    internal TestNode NodeA => _nodes[0];

    internal TestNode NodeB => _nodes[1];

    /// <summary>Null when the tests can run.</summary>
    public string? Missing { get; private set; }

    public async ValueTask InitializeAsync()
    {
        Missing = await FindMissingAsync();
        if (Missing is not null)
        {
            return;
        }

        await CleanAsync();
        _nodes.Add(await TestNode.StartAsync("net-test-a", "10.199.1.0/24", Grain));
        _nodes.Add(await TestNode.StartAsync("net-test-b", "10.199.2.0/24", Grain));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        if (Missing is null)
        {
            await CleanAsync();
        }
    }

    /// <summary>Skips the test when something is missing.</summary>
    public void Require()
    {
        if (Missing is not null)
        {
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", Missing);
            Assert.Fail(Missing);
        }
    }

    /// <summary>Starts a pod that serves HTTP on 8080 and UDP on 5353, and returns its address.</summary>
    internal async Task<string> RunServerAsync(TestNode node, string name)
    {
        await DockerAsync(
            ["run", "-d", "--init", "--label", Label, "--network", node.Network, "--name", name, "--hostname", name, Image,
             "python3", "-c", ServerScript]);
        var address = (await DockerAsync(
            ["inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", name])).Trim();
        await Eventually.SucceedsAsync(() => FromHostAsync($"http://{address}:8080/"));
        return address;
    }

    /// <summary>Runs Python in a new pod; returns what it printed.</summary>
    internal Task<string> InPodAsync(TestNode node, string script, params IEnumerable<string> options) => DockerAsync(
        ["run", "--rm", "--label", Label, "--network", node.Network, .. options, Image, "python3", "-c", script]);

    /// <summary>Runs Python in a pod that is there.</summary>
    internal Task<string> InServerAsync(string name, string script) => DockerAsync(["exec", name, "python3", "-c", script]);

    internal static async Task<string> FromHostAsync(string url)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        return await client.GetStringAsync(url);
    }

    internal static async Task<string> DockerAsync(IEnumerable<string> arguments)
    {
        var result = await HostProgram.RunAsync("docker", arguments);
        return result.Succeeded ? result.Output : throw new InvalidOperationException(result.Errors + result.Output);
    }

    private static async Task<string?> FindMissingAsync()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
        {
            return "These tests need root on Linux";
        }

        if (!(await HostProgram.RunAsync("nft", ["list", "tables"])).Succeeded)
        {
            return "These tests need nftables";
        }

        return (await HostProgram.RunAsync("docker", ["image", "inspect", Image])).Succeeded
            ? null
            : $"These tests need a Docker engine with the image {Image} (samples/images/make.sh)";
    }

    private static async Task CleanAsync()
    {
        var left = await DockerAsync(["ps", "-aq", "--filter", $"label={Label}"]);
        if (left.Split('\n', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } containers)
        {
            await DockerAsync(["rm", "-f", .. containers]);
        }

        await NetworkCleanup.RunAsync("net-test-a", serviceTable: TestNode.ServiceTable);
        await NetworkCleanup.RunAsync("net-test-b", serviceTable: TestNode.ServiceTable);
        await HostProgram.RunAsync("nft", ["delete", "table", "ip", TestNode.ServiceTable]); // Kept while other nodes are on this host.
    }
}
