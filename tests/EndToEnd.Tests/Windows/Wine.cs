using System.Diagnostics;
using Crescent.EndToEnd.Tests.Clusters;

namespace Crescent.EndToEnd.Tests.Windows;

/// <summary>
/// A Windows to run programs in. Its disk is kept between runs in <c>artifacts/wine</c>: making one takes a quarter of a minute.
/// Without a running program Wine ends its services, so one is kept.
/// </summary>
internal sealed class Wine : IAsyncDisposable
{
    // Wine maps memory once; the runtime's double mapping of code does not work there.
    private const string CodeMapping = "DOTNET_EnableWriteXorExecute";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly string Disk = Path.Combine(Repository.Root, "artifacts", "wine");
    private static readonly string Ready = Path.Combine(Disk, "ready");
    private readonly Process _shell;
    private readonly TaskCompletionSource _booted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Wine()
    {
        var start = new ProcessStartInfo("wine", ["cmd"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Disk,
        };
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        _shell = Process.Start(start) ?? throw new InvalidOperationException("Wine did not start");
        _shell.OutputDataReceived += (_, _) => _booted.TrySetResult();
        _shell.ErrorDataReceived += static (_, _) => { };
        _shell.BeginOutputReadLine();
        _shell.BeginErrorReadLine();
    }

    private static Dictionary<string, string> Environment { get; } = new()
    {
        ["WINEPREFIX"] = Disk,
        ["WINEDEBUG"] = "-all",
        ["WINEDLLOVERRIDES"] = "mshtml=",

        [CodeMapping] = "0",
    };

    public static async Task<Wine> StartAsync()
    {
        if (!(System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(static place => File.Exists(Path.Combine(place, "wine"))))
        {
            Requirements.Missing("wine");
        }

        if (!File.Exists(Ready))
        {
            try
            {
                await MakeDiskAsync();
            }
            catch (Exception exception) when (exception is TimeoutException or Xunit.Sdk.XunitException)
            {
                // Wine's first start on a busy machine is not what is tested here: once more, from nothing.
                TestContext.Current.SendDiagnosticMessage($"Wine's disk is made again: {exception.Message}");
                await RunAsync("wineserver", ["--kill"]);
                await MakeDiskAsync();
            }
        }

        // Whoever comes first starts the services, and they keep its output open for as long as they live: that has to be the shell.
        var wine = new Wine();
        await wine._booted.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        return wine;
    }

    /// <summary>Runs a Windows program to its end.</summary>
    public Task<ShellResult> RunAsync(params string[] words) => RunAsync("wine", words);

    public async ValueTask DisposeAsync()
    {
        await RunAsync("wineserver", ["--kill"]);
        _shell.Kill(entireProcessTree: true);
        await _shell.WaitForExitAsync();
        _shell.Dispose();
    }

    /// <summary>Wine shows the root directory as drive Z.</summary>
    public static string PathOf(string path) => "Z:" + path.Replace('/', '\\');

    private static async Task MakeDiskAsync()
    {
        if (Directory.Exists(Disk))
        {
            Directory.Delete(Disk, recursive: true);
        }

        Directory.CreateDirectory(Disk);
        (await RunAsync("wineboot", ["--init"], "mscoree,mshtml=")).Succeeded();
        (await RunAsync("wine", ["winecfg", "-v", "win10"], "mscoree,mshtml=")).Succeeded();
        await SetForServicesAsync(CodeMapping, Environment[CodeMapping]);
        await File.WriteAllTextAsync(Ready, "");
    }

    /// <summary>Services have the environment of the system, not that of whoever started Wine.</summary>
    private static async Task SetForServicesAsync(string name, string value) => (await RunAsync(
        "wine", ["reg", "add", @"HKLM\System\CurrentControlSet\Control\Session Manager\Environment", "/v", name, "/t", "REG_SZ", "/d", value, "/f"])).Succeeded();

    private static Task<ShellResult> RunAsync(string program, string[] words, string? overrides = null)
    {
        var environment = new Dictionary<string, string>(Environment);
        if (overrides is not null)
        {
            environment["WINEDLLOVERRIDES"] = overrides;
        }

        return Shell.RunAsync(program, words, environment: environment, limit: Patience);
    }
}
