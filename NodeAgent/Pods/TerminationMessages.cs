using System.Collections.Immutable;
using System.Text;
using Crescent.NodeAgent.Runtimes;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace Crescent.NodeAgent.Pods;

/// <summary>
/// What the ended containers of a pod left behind, read once each: the end of their termination log or, when that is empty and the
/// container asks for it, the end of their output. Used by the pod's loop alone.
/// </summary>
/// <param name="file">Path of a container's termination log, null when the agent cannot see it.</param>
/// <param name="runtime">Knows the output.</param>
/// <param name="deliver">Runs a change inside the pod's loop.</param>
/// <param name="logger">Told of output that could not be read.</param>
internal sealed partial class TerminationMessages(
    Func<ContainerStatus, string?> file, IContainerRuntime runtime, Action<Action> deliver, ILogger logger)
{
    /// <summary>Bytes of the termination log that are kept.</summary>
    public const int LongestFile = 4096;

    /// <summary>Bytes of the output that are kept, of at most <see cref="MostLines"/> lines.</summary>
    public const int LongestOutput = 2048;

    public const int MostLines = 80;

    private readonly HashSet<string> _reading = new(StringComparer.Ordinal);

    /// <summary>By container id.</summary>
    public ImmutableDictionary<string, string> Known { get; private set; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>An end is only told together with its message; until then the pod's status waits.</summary>
    public bool IsReading => _reading.Count > 0;

    /// <summary>Reads what ended since the last call. The task completes when what has to come from the engine was delivered.</summary>
    public Task ReadAsync(V1Pod pod, PodRuntime containers, CancellationToken cancellationToken)
    {
        List<Task> readings = [];
        foreach (var ended in containers.Containers.Where(container =>
            container.Phase == ContainerPhase.Exited && !Known.ContainsKey(container.Id) && !_reading.Contains(container.Id)))
        {
            var message = file(ended) is { } path && File.Exists(path) ? EndOf(path) : "";
            if (WantsOutput(pod.FindContainer(ended.Name), ended, message))
            {
                _reading.Add(ended.Id);
                readings.Add(ReadOutputAsync(ended.Id, cancellationToken));
            }
            else
            {
                Known = Known.SetItem(ended.Id, message);
            }
        }

        return Task.WhenAll(readings);
    }

    /// <summary>Whether the output stands in for a message, see
    /// <see href="https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/">terminationMessagePolicy</see>.</summary>
    public static bool WantsOutput(V1Container? container, ContainerStatus ended, string message) =>
        message.Length == 0 && ended.Message.Length == 0 && ended.ExitCode != 0 && container?.TerminationMessagePolicy == "FallbackToLogsOnError";

    private async Task ReadOutputAsync(string id, CancellationToken cancellationToken)
    {
        await Task.Yield();
        var message = "";
        try
        {
            await using var tail = new TailStream(LongestOutput);
            await runtime.CopyLogsAsync(id, new LogRequest { TailLines = MostLines }, tail, cancellationToken);
            message = Encoding.UTF8.GetString(tail.ToArray());
        }
        catch (Exception problem) when (problem is RuntimeException or IOException or HttpRequestException or OperationCanceledException)
        {
            LogUnread(id, problem);
        }

        deliver(() =>
        {
            _reading.Remove(id);
            Known = Known.SetItem(id, message);
        });
    }

    private static string EndOf(string path)
    {
        using var stream = File.OpenRead(path);
        stream.Position = Math.Max(0, stream.Length - LongestFile);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The last output of container {Id} could not be read")]
    private partial void LogUnread(string id, Exception problem);
}
