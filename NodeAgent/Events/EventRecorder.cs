using System.Collections.Immutable;
using System.Threading.Channels;
using Crescent.Identity;
using Crescent.NodeAgent.Registration;
using Crescent.Nodes;
using k8s.Models;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Crescent.NodeAgent.Events;

/// <summary>Sends events in batches; when the cluster cannot be reached the oldest are dropped.</summary>
internal sealed partial class EventRecorder(INodeLink link, TimeProvider time, ILogger<EventRecorder> logger) : BackgroundService, IPodEvents, INodeEvents
{
    private const int Capacity = 1000;
    private const int BatchSize = 100;
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(200);

    private readonly Channel<NodeEvent> _events = Channel.CreateBounded<NodeEvent>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    public void Normal(V1Pod pod, string reason, string message, string? container = null, bool isInit = false) =>
        Record(pod, "Normal", reason, message, container, isInit);

    public void Warning(V1Pod pod, string reason, string message, string? container = null, bool isInit = false) =>
        Record(pod, "Warning", reason, message, container, isInit);

    void INodeEvents.Warning(string reason, string message)
    {
        LogNodeEvent(reason, message);
        _events.Writer.TryWrite(new NodeEvent { Type = "Warning", Reason = reason, Message = message });
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await link.WaitForRegistrationAsync(stoppingToken);
            while (await _events.Reader.WaitToReadAsync(stoppingToken))
            {
                await Task.Delay(Gather, time, stoppingToken);
                await SendAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopped();
        }
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        var batch = ImmutableArray.CreateBuilder<NodeEvent>();
        while (batch.Count < BatchSize && _events.Reader.TryRead(out var item))
        {
            batch.Add(item);
        }

        try
        {
            await link.Grain.RecordEventsAsync(batch.ToImmutable(), cancellationToken);
        }
        catch (Exception problem) when (!cancellationToken.IsCancellationRequested)
        {
            LogLost(batch.Count, problem);
        }
    }

    private void Record(V1Pod pod, string type, string reason, string message, string? container, bool isInit)
    {
        var list = isInit ? "initContainers" : pod.Spec.EphemeralContainers?.Any(item => item.Name == container) == true ? "ephemeralContainers" : "containers";
        var field = container is null ? "" : $"spec.{list}{{{container}}}";
        LogEvent(pod.Metadata.NamespaceProperty, pod.Metadata.Name, reason, message);
        _events.Writer.TryWrite(new NodeEvent
        {
            Pod = new ResourceKey(KnownTypes.Pods, pod.Metadata.NamespaceProperty, pod.Metadata.Name),
            Uid = pod.Metadata.Uid,
            FieldPath = field,
            Type = type,
            Reason = reason,
            Message = message,
        });
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Pod {Namespace}/{Name}: {Reason}: {Text}")]
    private partial void LogEvent(string @namespace, string name, string reason, string text);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Reason}: {Text}")]
    private partial void LogNodeEvent(string reason, string text);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not record {Count} events")]
    private partial void LogLost(int count, Exception problem);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Events are no longer sent")]
    private partial void LogStopped();
}
