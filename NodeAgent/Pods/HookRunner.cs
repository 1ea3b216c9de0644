using System.Net.Http.Headers;
using System.Text;
using Crescent.NodeAgent.Probes;
using Crescent.NodeAgent.Runtimes;
using k8s.Models;

namespace Crescent.NodeAgent.Pods;

/// <summary>Runs postStart and preStop hooks, see <see href="https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/">hooks</see>.</summary>
internal sealed class HookRunner(IContainerRuntime runtime, ProbeHttp http, TimeProvider time)
{
    /// <summary>Null when the hook succeeded, else what went wrong.</summary>
    public async Task<string?> RunAsync(
        V1LifecycleHandler hook, string containerId, PodFields fields, V1Container container, CancellationToken cancellationToken = default)
    {
        try
        {
            if (hook.Exec?.Command is { Count: > 0 } command)
            {
                var (code, output) = await ExecAsync(runtime, containerId, command, cancellationToken);
                return code == 0 ? null : $"command '{string.Join(' ', command)}' exited with {code}: {output}";
            }

            if (hook.HttpGet is { } get)
            {
                var answer = await http.GetAsync(get, container, fields.PodAddress, cancellationToken);
                return answer.IsSuccess ? null : answer.Message;
            }

            if (hook.Sleep is { } sleep)
            {
                await Task.Delay(TimeSpan.FromSeconds(sleep.Seconds), time, cancellationToken);
            }

            return null;
        }
        catch (RuntimeException problem)
        {
            return problem.Message;
        }
    }

    /// <summary>Runs a command to its end; the output is cut after 10 KiB.</summary>
    internal static async Task<(int Code, string Output)> ExecAsync(
        IContainerRuntime runtime, string containerId, IList<string> command, CancellationToken cancellationToken)
    {
        const int Longest = 10 * 1024;
        await using var session = await runtime.ExecAsync(
            new ExecRequest(containerId, [.. command], Stdin: false, Stdout: true, Stderr: true, Tty: false), cancellationToken);
        using var output = new MemoryStream();
        var buffer = new byte[4096];
        while (await session.ReadAsync(buffer, cancellationToken) is { Count: > 0 } piece)
        {
            output.Write(buffer, 0, (int)Math.Min(piece.Count, Math.Max(0, Longest - output.Length)));
        }

        var code = await session.GetExitCodeAsync(cancellationToken) ?? 0;
        return (code, Encoding.UTF8.GetString(output.ToArray()));
    }
}
