using System.Diagnostics;
using System.Text.Json;

namespace Crescent.EndToEnd.Tests.Clusters;

/// <summary>One kubectl of one version, pointed at one cluster.</summary>
internal sealed class Kubectl(string program, string kubeconfig)
{
    /// <summary>All minors the project answers to.</summary>
    public static IReadOnlyList<string> Minors { get; } = ["1.27", "1.28", "1.29", "1.30", "1.31", "1.32", "1.33"];

    /// <summary>
    /// The binary of a minor version: <c>kubectl.MINOR</c> in KUBECTL_DIR or beside the kubectl on PATH. Missing: the test is skipped, or
    /// failed in CI.
    /// </summary>
    public static string Find(string minor)
    {
        var directories = new List<string>();
        if (Environment.GetEnvironmentVariable("KUBECTL_DIR") is { Length: > 0 } named)
        {
            directories.Add(named);
        }

        foreach (var directory in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
        {
            var candidate = new FileInfo(Path.Combine(directory, "kubectl"));
            if (candidate.Exists)
            {
                directories.Add(Path.GetDirectoryName((candidate.ResolveLinkTarget(returnFinalTarget: true) ?? candidate).FullName)!);
            }
        }

        var found = directories.Select(directory => Path.Combine(directory, $"kubectl.{minor}")).FirstOrDefault(File.Exists);
        return found ?? Requirements.Missing($"kubectl.{minor} (looked in {string.Join(", ", directories)}; set KUBECTL_DIR)");
    }

    public Task<ShellResult> RunAsync(params string[] arguments) => RunAsync(arguments, input: null);

    public Task<ShellResult> RunAsync(
        string[] arguments, string? input, TimeSpan? limit = null, IReadOnlyDictionary<string, string>? environment = null) =>
        Shell.RunAsync(
            program, arguments, input, new Dictionary<string, string>(environment ?? new Dictionary<string, string>()) { ["KUBECONFIG"] = kubeconfig }, limit);

    /// <summary>Starts one that goes on; the caller ends it.</summary>
    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Repository.Root,
        };
        start.Environment["KUBECONFIG"] = kubeconfig;
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
    }

    /// <summary>Runs and expects success; answers the output.</summary>
    public async Task<string> DoAsync(params string[] arguments) => (await RunAsync(arguments, null)).Succeeded();

    /// <summary>Applies a manifest text and expects success.</summary>
    public async Task<string> ApplyAsync(string manifest, string ns = "default") =>
        (await RunAsync(["apply", "-n", ns, "-f", "-"], manifest)).Succeeded();

    /// <summary><c>get … -o json</c>.</summary>
    public async Task<JsonElement> GetAsync(params string[] arguments)
    {
        using var document = JsonDocument.Parse(await DoAsync(["get", .. arguments, "-o", "json"]));
        return document.RootElement.Clone();
    }
}
