using Crescent.EndToEnd.Tests.Clusters;

namespace Crescent.EndToEnd.Tests.Windows;

/// <summary>A published program as a Windows service, put there and taken away by deploy/windows/install.ps1.</summary>
internal sealed class WindowsService(Wine wine, string part, string project)
{
    private string Name => $"crescent-{part}";

    /// <param name="home">For data and keys; a path of this machine.</param>
    /// <param name="arguments">Of the program's command run.</param>
    public async Task InstallAsync(string home, params string[] arguments) => Assert.Contains(
        $"{Name} runs",
        await RunScriptAsync(["-InstallDirectory", $@"C:\Program Files\Crescent\{part}", "-HomeDirectory", Wine.PathOf(home), "-Arguments", .. arguments]),
        StringComparison.Ordinal);

    public Task<string> RemoveAsync() => RunScriptAsync("-Remove");

    public async Task StartAsync() => (await wine.RunAsync("net", "start", Name)).Succeeded();

    public async Task StopAsync() => (await wine.RunAsync("net", "stop", Name)).Succeeded();

    /// <summary>What the service manager says: RUNNING, STOPPED …</summary>
    public async Task<string> StateAsync()
    {
        var answer = (await wine.RunAsync("sc", "query", Name)).Succeeded();
        var line = answer.Split('\n').Single(static line => line.Contains("STATE", StringComparison.Ordinal));
        return line.Trim().Split(' ')[^1];
    }

    /// <summary>Runs the program itself, where it was installed.</summary>
    public Task<ShellResult> RunProgramAsync(params string[] arguments) =>
        wine.RunAsync([$@"C:\Program Files\Crescent\{part}\{Name}.exe", .. arguments]);

    private async Task<string> RunScriptAsync(params string[] words) => (await wine.RunAsync(
    [
        Published("powershell-win-x64", "powershell.exe", "tests/testassets/powershell"),
        Wine.PathOf(Path.Combine(Repository.Root, "deploy", "windows", "install.ps1")), "-Part", part,
        "-PublishDirectory", Wine.PathOf(Path.GetDirectoryName(Published($"{part}-win-x64", $"{Name}.exe", project))!), .. words,
    ])).Succeeded();

    private static string Published(string directory, string program, string project)
    {
        var path = Path.Combine(Repository.Root, "artifacts", directory, program);
        return File.Exists(path)
            ? path
            : Requirements.Missing($"{path}; dotnet publish {project} -c Release -r win-x64 --self-contained -o artifacts/{directory}");
    }
}
