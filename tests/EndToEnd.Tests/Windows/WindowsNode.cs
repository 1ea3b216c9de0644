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
    private const string Service = "crescent-agent";
    private readonly WindowsCluster _cluster = new();
    private readonly string _home = Directory.CreateTempSubdirectory("crescent-wine-").FullName;
    private EngineOverTcp? _engine;
    private Wine? _wine;

    /// <summary>Port of the agent's own endpoint.</summary>
    public int Port => 10999;

    public string ClusterHome => _cluster.Home;

    internal Kubectl Kubectl => _cluster.Kubectl();

    public async ValueTask InitializeAsync()
    {
        var program = FindProgram();
        _wine = await Wine.StartAsync();
        await _cluster.InitializeAsync();
        _engine = new EngineOverTcp();
        await _wine.RunAsync("sc", "delete", Service);
        string[] words =
        [
            "run", "--home", Wine.PathOf(Path.Combine(_home, "agent")), "--name", Name, "--server", $"https://127.0.0.1:{_cluster.Port}",
            "--ca-file", Wine.PathOf(Path.Combine(_cluster.Home, "pki", "ca.crt")), "--token-file", Wine.PathOf(Path.Combine(_cluster.Home, "bootstrap-token")),
            "--port", Port.ToString(CultureInfo.InvariantCulture), "--docker", _engine.Endpoint, "--tls", "managed",
        ];
        (await _wine.RunAsync(
            "sc", "create", Service, "binPath=", $"\"{Wine.PathOf(program)}\" {string.Join(' ', words)}", "start=", "demand")).Succeeded();
        await StartAsync();
        await Level.ReachedAsync("the node registers", async () => (await Kubectl.RunAsync("get", "node", Name)).ExitCode == 0);
    }

    public async Task StartAsync() => (await _wine!.RunAsync("net", "start", Service)).Succeeded();

    public async Task StopAsync() => (await _wine!.RunAsync("net", "stop", Service)).Succeeded();

    /// <summary>What the service manager says: RUNNING, STOPPED …</summary>
    public async Task<string> StateAsync()
    {
        var answer = (await _wine!.RunAsync("sc", "query", Service)).Succeeded();
        var line = answer.Split('\n').Single(static line => line.Contains("STATE", StringComparison.Ordinal));
        return line.Trim().Split(' ')[^1];
    }

    public async ValueTask DisposeAsync()
    {
        if (_wine is not null)
        {
            await _wine.RunAsync("net", "stop", Service);
            await _wine.RunAsync("sc", "delete", Service);
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

    private static string FindProgram()
    {
        var program = Path.Combine(Repository.Root, "artifacts", "agent-win-x64", "crescent-agent.exe");
        return File.Exists(program)
            ? program
            : Requirements.Missing($"{program}; dotnet publish NodeAgent -c Release -r win-x64 --self-contained -o artifacts/agent-win-x64");
    }
}
