using System.Diagnostics;
using System.Globalization;
using System.Text;
using Crescent.EndToEnd.Tests.Clusters;

namespace Crescent.EndToEnd.Tests.Windows;

/// <summary>The published win-x64 agent under Wine. Its home is thrown away with it.</summary>
internal sealed class WineAgent : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("crescent-wine-").FullName;
    private readonly StringBuilder _output = new();
    private readonly Process _process;

    public WineAgent(CrescentCluster cluster, string nodeName, string engine, int port)
    {
        var start = Wine(
            FindProgram(),
            "run", "--home", WindowsPath(Path.Combine(_home, "agent")), "--name", nodeName,
            "--server", $"https://127.0.0.1:{cluster.Port}", "--ca-file", WindowsPath(Path.Combine(cluster.Home, "pki", "ca.crt")),
            "--token-file", WindowsPath(Path.Combine(cluster.Home, "bootstrap-token")),
            "--port", port.ToString(CultureInfo.InvariantCulture), "--docker", engine);
        start.Environment["Docker__SharesFileSystem"] = "false";
        _process = Process.Start(start) ?? throw new InvalidOperationException("Wine did not start");
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What it has said so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();

        // Wine's own services end with their prefix.
        using (var server = Process.Start(Environment(new ProcessStartInfo("wineserver", ["-k"]))))
        {
            server?.WaitForExit();
        }

        Directory.Delete(_home, recursive: true);
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
        {
            _output.AppendLine(line.Data);
        }
    }

    private ProcessStartInfo Wine(string program, params string[] arguments) => Environment(new ProcessStartInfo("wine", [program, .. arguments])
    {
        RedirectStandardOutput = true, RedirectStandardError = true,
    });

    private ProcessStartInfo Environment(ProcessStartInfo start)
    {
        start.Environment["WINEPREFIX"] = Path.Combine(_home, "prefix");
        start.Environment["WINEDEBUG"] = "-all";

        // Wine maps memory once; the runtime's double mapping of code does not work there.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        return start;
    }

    /// <summary>Wine shows the root directory as drive Z.</summary>
    private static string WindowsPath(string path) => "Z:" + path.Replace('/', '\\');

    private static string FindProgram()
    {
        var program = Path.Combine(Repository.Root, "artifacts", "agent-win-x64", "crescent-agent.exe");
        return File.Exists(program)
            ? program
            : Requirements.Missing($"{program}; dotnet publish NodeAgent -c Release -r win-x64 --self-contained -o artifacts/agent-win-x64");
    }
}
