using System.Threading.Channels;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Resources;
using Crescent.Identity;
using Crescent.Resources;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Events;

internal sealed partial class EventRecorder : BackgroundService, IEventRecorder
{
    private const int MaxBatch = 512;
    // Few: what events tell of goes first when much happens at once.
    private const int MaxParallelWrites = 8;
    private readonly IGrainFactory _grains;
    private readonly FreshObjects _fresh;
    private readonly TimeProvider _time;
    private readonly ILogger<EventRecorder> _logger;
    private readonly EventCorrelator _correlator;
    private readonly Channel<EventOccurrence> _queue;

    public EventRecorder(
        IGrainFactory grains, FreshObjects fresh, TimeProvider time, IOptions<EventOptions> options, ILogger<EventRecorder> logger)
    {
        _grains = grains;
        _fresh = fresh;
        _time = time;
        _logger = logger;
        _correlator = new(options.Value);
        _queue = Channel.CreateBounded<EventOccurrence>(
            new BoundedChannelOptions(options.Value.QueueLength) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    }

    public void Record(EventSubject involved, string type, string reason, string message, string component, string host = "")
    {
        var text = message.Length <= 1024 ? message : message[..1024];
        if (!_queue.Writer.TryWrite(new(involved, type, reason, text, component, host, _time.GetUtcNow())))
        {
            EventInstruments.Dropped.Add(1);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new Dictionary<ResourceKey, EventWrite>();
        while (await _queue.Reader.WaitToReadAsync(stoppingToken))
        {
            while (batch.Count < MaxBatch && _queue.Reader.TryRead(out var occurrence))
            {
                if (_correlator.Decide(occurrence) is { } write)
                {
                    batch[write.Key] = batch.TryGetValue(write.Key, out var pending) ? write with { IsNew = pending.IsNew } : write;
                }
                else
                {
                    EventInstruments.Dropped.Add(1);
                }
            }

            await FanOut.RunAsync([.. batch.Values], MaxParallelWrites, write => WriteAsync(write, stoppingToken));
            batch.Clear();
        }
    }

    private async Task<bool> WriteAsync(EventWrite write, CancellationToken cancellationToken)
    {
        try
        {
            var context = MutationContext.ForController(write.Occurrence.Component);
            var result = write.IsNew
                ? await _fresh.CreateAsync(write.Key, new() { Context = context, Body = EventBody.Create(write) }, cancellationToken)
                : await CountAsync(write, context, cancellationToken);

            EventInstruments.Written.Add(1);
            if (result.Error is { } error)
            {
                LogRefused(_logger, write.Occurrence.Reason, write.Key.ToString(), error.Message);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogLost(_logger, exception, write.Occurrence.Reason, write.Key.ToString());
        }

        return true;
    }

    private async Task<MutationResult> CountAsync(EventWrite write, MutationContext context, CancellationToken cancellationToken)
    {
        var grain = _grains.GetResourceGrain(write.Key);
        var counted = await grain.PatchAsync(
            new() { Context = context, Kind = PatchKind.Merge, Body = EventBody.CountPatch(write) }, cancellationToken);
        return counted.Error is not { Code: 404 }
            ? counted
            : await grain.CreateAsync(new() { Context = context, Body = EventBody.Create(write) }, cancellationToken);
    }

    [LoggerMessage(1, LogLevel.Debug, "Event {Reason} {Event} was refused: {Why}")]
    private static partial void LogRefused(ILogger logger, string reason, string @event, string why);

    [LoggerMessage(2, LogLevel.Warning, "Event {Reason} {Event} was lost")]
    private static partial void LogLost(ILogger logger, Exception exception, string reason, string @event);
}
