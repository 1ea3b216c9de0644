using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using Crescent.NodeAgent.Registration;
using Crescent.Nodes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Crescent.NodeAgent.Pods;

/// <summary>
/// Sends pod statuses at once, one batch at a time; while a batch is on its way newer statuses of a pod replace older ones. Reports are
/// kept until the cluster took them.
/// </summary>
internal sealed partial class PodStatusReporter(INodeLink link, TimeProvider time, ILogger<PodStatusReporter> logger) : BackgroundService
{
    private const int BatchSize = 100;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, PodStatusReport> _waiting = new(StringComparer.Ordinal);
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Report(PodStatusReport report)
    {
        _waiting[report.Uid] = report;
        _signal.Writer.TryWrite(true);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await link.WaitForRegistrationAsync(stoppingToken);
            var pause = FirstPause;
            while (await _signal.Reader.WaitToReadAsync(stoppingToken))
            {
                _signal.Reader.TryRead(out _);
                if (await SendAsync(stoppingToken))
                {
                    pause = FirstPause;
                    continue;
                }

                await Task.Delay(pause, time, stoppingToken);
                pause = pause * 2 > LongestPause ? LongestPause : pause * 2;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopped(_waiting.Count);
        }
    }

    /// <summary>False when something is to be sent again.</summary>
    private async Task<bool> SendAsync(CancellationToken cancellationToken)
    {
        var batch = ImmutableArray.CreateBuilder<PodStatusReport>();
        foreach (var uid in _waiting.Keys.Take(BatchSize))
        {
            if (_waiting.TryRemove(uid, out var report))
            {
                batch.Add(report);
            }
        }

        if (batch.Count == 0)
        {
            return true;
        }

        if (!_waiting.IsEmpty)
        {
            _signal.Writer.TryWrite(true);
        }

        try
        {
            var answers = await link.Grain.ReportPodStatusesAsync(batch.ToImmutable(), cancellationToken);
            var again = false;
            for (var i = 0; i < answers.Length; i++)
            {
                if (answers[i] is not { } error)
                {
                    continue;
                }

                if (error.Code is 404 or 409)
                {
                    LogGone(batch[i].Pod.Namespace, batch[i].Pod.Name);
                }
                else if (error.Code >= 500 || error.Code == 429)
                {
                    KeepUnlessNewer(batch[i]);
                    again = true;
                }
                else
                {
                    LogRefused(batch[i].Pod.Namespace, batch[i].Pod.Name, error.Message);
                }
            }

            return !again;
        }
        catch (Exception problem) when (!cancellationToken.IsCancellationRequested)
        {
            foreach (var report in batch)
            {
                KeepUnlessNewer(report);
            }

            LogUnreachable(batch.Count, problem);
            return false;
        }
    }

    private void KeepUnlessNewer(PodStatusReport report)
    {
        _waiting.TryAdd(report.Uid, report);
        _signal.Writer.TryWrite(true);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Pod {Namespace}/{Name} is gone; its status is dropped")]
    private partial void LogGone(string @namespace, string name);

    [LoggerMessage(Level = LogLevel.Error, Message = "The status of pod {Namespace}/{Name} was refused: {Reason}")]
    private partial void LogRefused(string @namespace, string name, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not report {Count} pod statuses; trying again")]
    private partial void LogUnreachable(int count, Exception problem);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Pod statuses are no longer sent; {Count} are left")]
    private partial void LogStopped(int count);
}
