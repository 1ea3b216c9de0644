using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Crescent.EndToEnd.Tests.Clusters;

namespace Crescent.EndToEnd.Tests.Operating;

/// <summary>The <c>crescent</c> script's answers to what needs no cluster: help, wrong usage, homes that are none, ports that are taken.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("crescent-cli-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("up")]
    [InlineData("down")]
    [InlineData("status")]
    [InlineData("logs")]
    [InlineData("test")]
    public async Task Help_OfACommand_IsItsUsage(string command)
    {
        var result = await RunAsync(command, "--help");

        Assert.StartsWith($"Usage: ./crescent {command}", result.Succeeded(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("up", "--bogus")]
    [InlineData("up", "--agents")]
    [InlineData("up", "--agents", "two")]
    [InlineData("up", "--silos", "0")]
    [InlineData("up", "--silos", "2")]
    [InlineData("up", "--store", "etcd")]
    [InlineData("up", "--port", "70000")]
    [InlineData("up", "--connection", "Host=db")]
    [InlineData("down", "now")]
    [InlineData("status", "--wide")]
    [InlineData("logs", "-n", "many")]
    [InlineData("logs", "silo-1", "agent-1")]
    [InlineData("test", "No.Such.Tests")]
    public async Task Usage_Wrong_ExitsWithTwoAndOneLine(params string[] arguments)
    {
        var result = await RunAsync([.. arguments]);

        Assert.Equal(2, result.ExitCode);
        Assert.Single(result.Errors.Trim().Split('\n'));
        Assert.Empty(result.Output);
        Assert.False(Directory.Exists(Home));
    }

    [Fact]
    public async Task Status_NothingStarted_ExitsWithThree() => Assert.Equal(3, (await RunAsync("status")).ExitCode);

    [Fact]
    public async Task Down_NoHome_IsDone() => Assert.Contains("does not exist", (await RunAsync("down")).Succeeded(), StringComparison.Ordinal);

    [Fact]
    public async Task Down_PurgeOfAnotherDirectory_LeavesIt()
    {
        Directory.CreateDirectory(Home);
        var file = Path.Combine(Home, "thesis.txt");
        await File.WriteAllTextAsync(file, "years", TestContext.Current.CancellationToken);

        var result = await RunAsync("down", "--purge");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("does not look like a Crescent home", result.Errors, StringComparison.Ordinal);
        Assert.True(File.Exists(file));
    }

    [Fact]
    public async Task Logs_UnknownComponent_NamesThoseThereAre()
    {
        Directory.CreateDirectory(Path.Combine(Home, "logs"));
        await File.WriteAllTextAsync(Path.Combine(Home, "logs", "silo-1.log"), "started\n", TestContext.Current.CancellationToken);

        var result = await RunAsync("logs", "silo-7");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("silo-1", result.Errors, StringComparison.Ordinal);
        Assert.Equal("started", (await RunAsync("logs", "silo-1")).Succeeded());
    }

    [Fact]
    public async Task Up_HomeThatCannotBeWritten_SaysSo()
    {
        var result = await Shell.RunAsync(Repository.Script, ["up", "--agents", "0", "--home", "/proc/crescent"]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("cannot write to /proc/crescent", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_PortOfAnother_StartsNothing()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        var result = await RunAsync("up", "--agents", "0", "--port", port);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"port {port} for the API is taken", result.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(Home, "run")));
    }

    private string Home => Path.Combine(_directory, "home");

    private Task<ShellResult> RunAsync(params string[] arguments) => Shell.RunAsync(
        Repository.Script, arguments, environment: new Dictionary<string, string> { ["CRESCENT_HOME"] = Home }, limit: TimeSpan.FromMinutes(5));
}
