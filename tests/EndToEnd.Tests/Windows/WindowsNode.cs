using System.Globalization;
using Crescent.EndToEnd.Tests.Clusters;

namespace Crescent.EndToEnd.Tests.Windows;

/// <summary>
/// A control plane, and the published win-x64 agent as a Windows service that drives the local engine over TCP. It uses managed TLS: the
/// Schannel of Wine has no server's side, its key store no elliptic curves.
/// </summary>
public sealed class WindowsNode : IAsyncLifetime
{
    public const string Name = "windows-1";
    private readonly WindowsCluster _cluster = new();
    private readonly string _home = Directory.CreateTempSubdirectory("crescent-wine-").FullName;
    private EngineOverTcp? _engine;
    private Wine? _wine;

    /// <summary>Port of the agent's own endpoint.</summary>
    public int Port => 10999;

    public string ClusterHome => _cluster.Home;

    internal WindowsService Service { get; private set; } = null!;

    internal Kubectl Kubectl => _cluster.Kubectl();

    public async ValueTask InitializeAsync()
    {
        _wine = await Wine.StartAsync();
        await _cluster.InitializeAsync();
        _engine = new EngineOverTcp();
        Service = new(_wine, "agent", "NodeAgent");
        await Service.RemoveAsync();
        await Service.InstallAsync(
            Path.Combine(_home, "agent"), "--name", Name, "--server", $"https://127.0.0.1:{_cluster.Port}",
            "--ca-file", Wine.PathOf(Path.Combine(_cluster.Home, "pki", "ca.crt")), "--token-file", Wine.PathOf(Path.Combine(_cluster.Home, "bootstrap-token")),
            "--port", Port.ToString(CultureInfo.InvariantCulture), "--docker", _engine.Endpoint, "--tls", "managed");
        await Level.ReachedAsync("the node registers", async () => (await Kubectl.RunAsync("get", "node", Name)).ExitCode == 0, TimeSpan.FromMinutes(3));
    }

    public async ValueTask DisposeAsync()
    {
        if (_wine is not null)
        {
            await Service.RemoveAsync();
            await _wine.DisposeAsync();
        }

        if (_engine is not null)
        {
            await _engine.DisposeAsync();
        }

        await Shell.RunAsync("sh", ["-c", $"docker ps -aq --filter label=crescent.node={Name} | xargs -r docker rm -f; docker network rm crescent-{Name}"]);
        await _cluster.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }
}
