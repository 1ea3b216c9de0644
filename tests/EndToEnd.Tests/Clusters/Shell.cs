using System.Diagnostics;
using System.Text;

namespace Crescent.EndToEnd.Tests.Clusters;

/// <summary>Runs programs as a person would: arguments in, exit code and text out.</summary>
internal static class Shell
{
    /// <summary>Runs to the end; past <paramref name="limit"/> (default two minutes) the process tree is killed and the call throws.</summary>
    public static async Task<ShellResult> RunAsync(
        string program, IEnumerable<string> arguments, string? input = null, IDictionary<string, string>? environment = null,
        TimeSpan? limit = null, string? directory = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            WorkingDirectory = directory ?? Repository.Root,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        var output = Collect(process.StandardOutput);
        var errors = Collect(process.StandardError);
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
        }

        process.StandardInput.Close();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(limit ?? TimeSpan.FromMinutes(2));
        try
        {
            await process.WaitForExitAsync(patience.Token);
            return new(process.ExitCode, await output.WaitAsync(patience.Token), await errors.WaitAsync(patience.Token));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', start.ArgumentList)} did not end in time");
        }
    }

    private static async Task<string> Collect(StreamReader reader)
    {
        var text = new StringBuilder();
        var buffer = new char[4096];
        int count;
        while ((count = await reader.ReadAsync(buffer)) > 0)
        {
            text.Append(buffer, 0, count);
        }

        return text.ToString();
    }
}
