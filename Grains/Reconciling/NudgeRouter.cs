using System.Threading.Channels;
using Crescent.Grains.Watching;
using Crescent.Watching;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Reconciling;

/// <summary>
/// Turns the commits of this silo into nudges. Commits only drop their change into a queue; one pump maps and merges whatever has
/// gathered, so a burst costs each reconciler one message. When the queue is full changes are dropped and every controller is swept.
/// </summary>
internal sealed partial class NudgeRouter : BackgroundService, ICommitObserver
{
    private readonly IGrainFactory _grains;
    private readonly IController[] _controllers;
    private readonly TimeProvider _time;
    private readonly ILogger<NudgeRouter> _logger;
    private readonly Channel<ResourceChange> _queue;
    private int _overflowed;

    public NudgeRouter(
        IGrainFactory grains, IEnumerable<IController> controllers, IOptions<ReconcilingOptions> options, TimeProvider time, ILogger<NudgeRouter> logger)
    {
        _grains = grains;
        _time = time;
        _controllers = [.. controllers];
        _logger = logger;
        _queue = Channel.CreateBounded<ResourceChange>(
            new BoundedChannelOptions(options.Value.NudgeQueueLength) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    }

    public void OnCommitted(ResourceChange change)
    {
        if (!_queue.Writer.TryWrite(change))
        {
            ReconcilingInstruments.DroppedChanges.Add(1);
            Volatile.Write(ref _overflowed, 1);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var nudges = new NudgeBatch();
        while (await _queue.Reader.WaitToReadAsync(stoppingToken))
        {
            while (nudges.Count < 1024 && _queue.Reader.TryRead(out var change))
            {
                RouteOne(change, nudges);
            }

            SendAll(nudges);
            if (Interlocked.Exchange(ref _overflowed, 0) == 1)
            {
                LogOverflow(_logger);
                SweepStarter.SweepAll(_grains, _controllers, _time, stoppingToken);
            }
        }
    }

    private void RouteOne(ResourceChange change, NudgeBatch nudges)
    {
        foreach (var controller in _controllers)
        {
            try
            {
                controller.Route(change, nudges);
            }
            catch (Exception exception)
            {
                LogRouteFailed(_logger, exception, controller.GrainType.ToString()!, change.Current.Key.ToString());
            }
        }
    }

    private void SendAll(NudgeBatch nudges)
    {
        foreach (var (target, nudge) in nudges.Drain())
        {
            ReconcilingInstruments.Nudges.Add(1);
            _grains.GetGrain<IReconcilerGrain>(target).NudgeAsync(nudge).Ignore();
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The nudge queue overflowed; sweeping all controllers")]
    private static partial void LogOverflow(ILogger logger);

    [LoggerMessage(2, LogLevel.Error, "Routing of a change of {Object} to {Controller} failed")]
    private static partial void LogRouteFailed(ILogger logger, Exception exception, string controller, string @object);
}
