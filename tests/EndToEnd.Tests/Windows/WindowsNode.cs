using System.Globalization;
using Crescent.EndToEnd.Tests.Clusters;

namespace Crescent.EndToEnd.Tests.Windows;

/// <summary>
/// A control plane, and the published win-x64 agent as a Windows service, put there by the install script, that drives the local engine over
/// TCP. It uses managed TLS: the Schannel of Wine has no server's side, its key store no elliptic curves.
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
        _wine = await Wine.StartAsync();
        await _cluster.InitializeAsync();
        _engine = new EngineOverTcp();
        await RemoveAsync();
        Assert.Contains($"{Service} runs", await InstallAsync(
            "-InstallDirectory", @"C:\Program Files\Crescent\agent", "-HomeDirectory", Wine.PathOf(Path.Combine(_home, "agent")),
            "-Arguments", "--name", Name, "--server", $"https://127.0.0.1:{_cluster.Port}",
            "--ca-file", Wine.PathOf(Path.Combine(_cluster.Home, "pki", "ca.crt")), "--token-file", Wine.PathOf(Path.Combine(_cluster.Home, "bootstrap-token")),
            "--port", Port.ToString(CultureInfo.InvariantCulture), "--docker", _engine.Endpoint, "--tls", "managed"), StringComparison.Ordinal);
        await Level.ReachedAsync("the node registers", async () => (await Kubectl.RunAsync("get", "node", Name)).ExitCode == 0, TimeSpan.FromMinutes(3));
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
            await RemoveAsync();
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

    private Task<string> RemoveAsync() => InstallAsync("-Remove");

    /// <summary>Runs deploy/windows/install.ps1 for the published agent.</summary>
    private async Task<string> InstallAsync(params string[] words) => (await _wine!.RunAsync(
    [
        Published("powershell-win-x64", "powershell.exe", "tests/testassets/powershell"),
        Wine.PathOf(Path.Combine(Repository.Root, "deploy", "windows", "install.ps1")), "-Part", "agent",
        "-PublishDirectory", Wine.PathOf(Path.GetDirectoryName(Published("agent-win-x64", "crescent-agent.exe", "NodeAgent"))!), .. words,
    ])).Succeeded();

    private static string Published(string directory, string program, string project)
    {
        var path = Path.Combine(Repository.Root, "artifacts", directory, program);
        return File.Exists(path)
            ? path
            : Requirements.Missing($"{path}; dotnet publish {project} -c Release -r win-x64 --self-contained -o artifacts/{directory}");
    }
}
