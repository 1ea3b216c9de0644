using Docker.DotNet;
using Docker.DotNet.Models;

namespace Crescent.NodeAgent.Runtimes.Docker;

/// <summary>A command run by, or a process attached to through, the engine.</summary>
/// <param name="execId">Null when attached to the container's main process.</param>
internal sealed class DockerExecSession(DockerCalls calls, MultiplexedStream stream, string containerId, string? execId, TimeProvider time, bool closesInput = true) : IExecSession
{
    private static readonly TimeSpan ExitPoll = TimeSpan.FromMilliseconds(20);

    public async ValueTask WriteInputAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default)
    {
        var bytes = data.ToArray();
        await stream.WriteAsync(bytes, 0, bytes.Length, cancellationToken);
    }

    /// <summary>The engine ends output together with input, so that of a container whose input stays open is left open here too.</summary>
    public void CloseInput()
    {
        if (closesInput)
        {
            stream.CloseWrite();
        }
    }

    public async ValueTask<ExecOutput> ReadAsync(byte[] buffer, CancellationToken cancellationToken = default)
    {
        var read = await stream.ReadOutputAsync(buffer, 0, buffer.Length, cancellationToken);
        return new ExecOutput(read.EOF ? 0 : read.Count, read.Target == MultiplexedStream.TargetStream.StandardError);
    }

    public Task ResizeAsync(int width, int height, CancellationToken cancellationToken = default)
    {
        var size = new ContainerResizeParameters { Width = width, Height = height };
        return execId is null
            ? calls.TellAsync((engine, token) => engine.Containers.ResizeContainerTtyAsync(containerId, size, token), cancellationToken)
            : calls.TellAsync((engine, token) => engine.Exec.ResizeExecTtyAsync(execId, size, token), cancellationToken);
    }

    public async Task<int?> GetExitCodeAsync(CancellationToken cancellationToken = default)
    {
        if (execId is null)
        {
            return null;
        }

        // Output ends a moment before the engine has noted the exit.
        while (true)
        {
            var exec = await calls.AskAsync((engine, token) => engine.Exec.InspectContainerExecAsync(execId, token), cancellationToken);
            if (!exec.Running && exec.ExitCode is { } code)
            {
                return (int)code;
            }

            await Task.Delay(ExitPoll, time, cancellationToken);
        }
    }

    public ValueTask DisposeAsync()
    {
        stream.Dispose();
        return ValueTask.CompletedTask;
    }
}
