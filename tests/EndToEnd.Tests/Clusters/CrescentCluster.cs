using System.Diagnostics;
using System.Globalization;

namespace Crescent.EndToEnd.Tests.Clusters;

/// <summary>
/// A cluster of its own, started and stopped with the <c>crescent</c> script. Clusters share the machine's pod network, so one lives at a
/// time: the collections that use them do not run in parallel.
/// </summary>
public abstract class CrescentCluster(string name, int port, params string[] options) : IAsyncLifetime
{
    /// <summary>Home directory of the cluster.</summary>
    public string Home { get; } = Path.Combine(Path.GetTempPath(), $"crescent-e2e-{name}");

    public int Port => port;

    public string Kubeconfig => Path.Combine(Home, "kubeconfig");

    /// <summary>Name of the first node.</summary>
    public string NodeName { get; } = Environment.MachineName.ToLowerInvariant().Replace('_', '-');

    public async ValueTask InitializeAsync()
    {
        await PurgeAsync();
        await UpAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Environment.GetEnvironmentVariable("CRESCENT_KEEP") is not { Length: > 0 })
        {
            await PurgeAsync();
        }
    }

    /// <summary>Starts what is not running and waits until the nodes are Ready.</summary>
    public async Task UpAsync()
    {
        var result = await Shell.RunAsync(
            Repository.Script, ["up", "--home", Home, "--port", port.ToString(CultureInfo.InvariantCulture), .. options],
            limit: TimeSpan.FromMinutes(5));
        Assert.True(result.ExitCode == 0, $"crescent up: {result.Output}\n{result.Errors}\n{await TailLogsAsync()}");
    }

    /// <summary>SIGKILL to a component (silo-1, agent-1), as a crash would.</summary>
    public void Kill(string component)
    {
        var words = File.ReadAllText(Path.Combine(Home, "run", $"{component}.pid")).Split(' ');
        using var process = Process.GetProcessById(int.Parse(words[0], CultureInfo.InvariantCulture));
        process.Kill();
        process.WaitForExit();
    }

    internal Kubectl Kubectl(string minor = "1.33") => new(Clusters.Kubectl.Find(minor), Kubeconfig);

    /// <summary>Makes a namespace of its own and removes it, with all that is in it, at the end.</summary>
    internal async Task InNamespaceAsync(string ns, Func<Kubectl, Task> body, string minor = "1.33")
    {
        var kubectl = Kubectl(minor);
        await kubectl.DoAsync("create", "namespace", ns);
        try
        {
            await body(kubectl);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            TestContext.Current.SendDiagnosticMessage(await DescribeAsync(kubectl, ns));
            throw;
        }
        finally
        {
            await kubectl.RunAsync(["delete", "namespace", ns, "--timeout=60s"], null);
        }
    }

    private static async Task<string> DescribeAsync(Kubectl kubectl, string ns)
    {
        var all = await kubectl.RunAsync("get", "all,events", "-n", ns, "-o", "wide");
        return all.Output + all.Errors;
    }

    private Task<ShellResult> PurgeAsync() => Shell.RunAsync(Repository.Script, ["down", "--purge", "--home", Home]);

    private async Task<string> TailLogsAsync() =>
        (await Shell.RunAsync(Repository.Script, ["logs", "-n", "30", "--home", Home])).Output;
}
