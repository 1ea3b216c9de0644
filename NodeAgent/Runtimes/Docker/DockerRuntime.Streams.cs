using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Crescent.NodeAgent.Runtimes.Docker;

internal sealed partial class DockerRuntime
{
    public async Task<IExecSession> ExecAsync(ExecRequest request, CancellationToken cancellationToken = default)
    {
        var exec = await _calls.AskAsync(
            (engine, token) => engine.Exec.CreateContainerExecAsync(
                request.ContainerId,
                new ContainerExecCreateParameters
                {
                    Cmd = [.. request.Command],
                    AttachStdin = request.Stdin,
                    AttachStdout = request.Stdout,
                    AttachStderr = request.Stderr && !request.Tty,
                    TTY = request.Tty,
                },
                token),
            cancellationToken);
        var stream = await _calls.AskAsync(
            (engine, token) => engine.Exec.StartContainerExecAsync(exec.ID, new ContainerExecStartParameters { TTY = request.Tty }, token), cancellationToken);
        return new DockerExecSession(_calls, stream, request.ContainerId, exec.ID, _time);
    }

    public async Task<IExecSession> AttachAsync(AttachRequest request, CancellationToken cancellationToken = default)
    {
        var stream = await _calls.AskAsync(
            (engine, token) => engine.Containers.AttachContainerAsync(
                request.ContainerId,
                new ContainerAttachParameters { Stream = true, Stdin = request.Stdin, Stdout = request.Stdout, Stderr = request.Stderr && !request.Tty },
                token),
            cancellationToken);
        return new DockerExecSession(_calls, stream, request.ContainerId, null, _time, request.ClosesStdin);
    }

    public async Task CopyLogsAsync(string id, LogRequest request, Stream destination, CancellationToken cancellationToken = default)
    {
        try
        {
            using var log = await _calls.Engine.Containers.GetContainerLogsAsync(
                id,
                new ContainerLogsParameters
                {
                    ShowStdout = true,
                    ShowStderr = true,
                    Follow = request.Follow,
                    Timestamps = request.Timestamps,
                    Tail = request.TailLines is { } lines ? lines.ToString(CultureInfo.InvariantCulture) : "all",
                    Since = request.Since is { } since ? UnixTime(since) : null,
                },
                cancellationToken);
            var buffer = new byte[16 * 1024];
            var left = request.LimitBytes ?? long.MaxValue;
            while (left > 0)
            {
                var read = await log.ReadOutputAsync(buffer, 0, buffer.Length, cancellationToken);
                if (read.EOF || read.Count == 0)
                {
                    return;
                }

                var count = (int)Math.Min(read.Count, left);
                left -= count;
                await destination.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                await destination.FlushAsync(cancellationToken);
            }
        }
        catch (DockerApiException problem)
        {
            throw DockerCalls.Translate(problem);
        }
    }

    public async IAsyncEnumerable<RuntimeEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateUnbounded<RuntimeEvent>(new UnboundedChannelOptions { SingleReader = true });
        var parameters = new ContainerEventsParameters
        {
            Filters = new Dictionary<string, IDictionary<string, bool>>(StringComparer.Ordinal)
            {
                ["type"] = new Dictionary<string, bool>(StringComparer.Ordinal) { ["container"] = true },
                ["label"] = new Dictionary<string, bool>(StringComparer.Ordinal) { [$"{DockerLabels.Node}={_node}"] = true },
                ["event"] = new Dictionary<string, bool>(StringComparer.Ordinal) { ["die"] = true, ["destroy"] = true },
            },
        };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pump = PumpAsync(parameters, channel.Writer, stop.Token);
        try
        {
            await foreach (var change in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return change;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await pump;
        }
    }

    private async Task PumpAsync(ContainerEventsParameters parameters, ChannelWriter<RuntimeEvent> writer, CancellationToken cancellationToken)
    {
        try
        {
            await _calls.Engine.System.MonitorEventsAsync(
                parameters,
                new Relay<Message>(message =>
                {
                    if (message.Actor?.Attributes is { } labels)
                    {
                        writer.TryWrite(new RuntimeEvent(
                            message.Actor.ID, DockerLabels.Pod(labels), DockerLabels.Read(labels, DockerLabels.Kind) == DockerLabels.SandboxKind));
                    }
                }),
                cancellationToken);
            writer.TryComplete(new RuntimeException("the engine closed the event stream", isTransient: true));
        }
        catch (Exception problem)
        {
            writer.TryComplete(problem);
        }
    }

    private static string UnixTime(DateTimeOffset time)
    {
        var ticks = time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        return string.Create(CultureInfo.InvariantCulture, $"{ticks / TimeSpan.TicksPerSecond}.{ticks % TimeSpan.TicksPerSecond * 100:D9}");
    }
}
