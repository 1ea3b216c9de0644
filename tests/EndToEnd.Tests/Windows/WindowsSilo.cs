using System.Diagnostics;
using System.Globalization;
using Crescent.EndToEnd.Tests.Clusters;

namespace Crescent.EndToEnd.Tests.Windows;

/// <summary>The published win-x64 silo as a Windows service with managed TLS, and an agent of this machine that has joined it.</summary>
public sealed class WindowsSilo : IAsyncLifetime
{
    public const string NodeName = "beside-windows";
    private const int AgentPort = 10998;
    private readonly string _home = Directory.CreateTempSubdirectory("crescent-wine-silo-").FullName;
    private Wine? _wine;
    private Process? _agent;

    public int Port => 6593;

    public string Home => Path.Combine(_home, "silo");

    internal WindowsService Service { get; private set; } = null!;

    internal Kubectl Kubectl => new(Clusters.Kubectl.Find("1.33"), Path.Combine(Home, "kubeconfig"));

    private static string AgentProgram => Path.Combine(Repository.Root, "artifacts", "nodeagent", "crescent-agent");

    public async ValueTask InitializeAsync()
    {
        _wine = await Wine.StartAsync();
        Service = new(_wine, "silo", "Silo");
        await Service.RemoveAsync();
        await Service.InstallAsync(
            Home, "--tls", "managed", "--port", Port.ToString(CultureInfo.InvariantCulture), "--silo-port", "11593", "--gateway-port", "21593",
            "--advertise", "127.0.0.1");
        await Level.ReachedAsync(
            "the API is ready",
            async () => File.Exists(Path.Combine(Home, "kubeconfig")) && (await Kubectl.RunAsync("get", "--raw", "/readyz")).ExitCode == 0, TimeSpan.FromMinutes(3));
        _agent = StartAgent();
        await Level.ReachedAsync("the node registers", async () => (await Kubectl.RunAsync("get", "node", NodeName)).ExitCode == 0, TimeSpan.FromMinutes(2));
        await Kubectl.DoAsync("wait", "node", NodeName, "--for=condition=Ready", "--timeout=60s");
    }

    public async ValueTask DisposeAsync()
    {
        if (_agent is not null)
        {
            _agent.Kill();
            await _agent.WaitForExitAsync();
            _agent.Dispose();
            await Shell.RunAsync(AgentProgram, ["cleanup", "--name", NodeName]);
        }

        if (_wine is not null)
        {
            await Service.RemoveAsync();
            await _wine.DisposeAsync();
        }

        Directory.Delete(_home, recursive: true);
    }

    private Process StartAgent()
    {
        var start = new ProcessStartInfo(AgentProgram,
        [
            "run", "--home", Path.Combine(_home, "agent"), "--name", NodeName, "--server", $"https://127.0.0.1:{Port}",
            "--ca-file", Path.Combine(Home, "pki", "ca.crt"), "--token-file", Path.Combine(Home, "bootstrap-token"),
            "--port", AgentPort.ToString(CultureInfo.InvariantCulture),
        ])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var agent = Process.Start(start) ?? throw new InvalidOperationException("the agent did not start");
        agent.OutputDataReceived += static (_, line) => TestContext.Current.SendDiagnosticMessage(line.Data ?? "");
        agent.ErrorDataReceived += static (_, line) => TestContext.Current.SendDiagnosticMessage(line.Data ?? "");
        agent.BeginOutputReadLine();
        agent.BeginErrorReadLine();
        return agent;
    }
}
