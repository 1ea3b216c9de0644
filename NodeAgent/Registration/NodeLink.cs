using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Crescent.NodeAgent.Hosting;
using Crescent.NodeAgent.Stats;
using Crescent.NodeAgent.Volumes;
using Crescent.Nodes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Crescent.NodeAgent.Registration;

/// <summary>Registers the node and keeps up its heartbeats; calls that fail are made again, with a growing pause.</summary>
internal sealed partial class NodeLink(
    AgentOptions options,
    IGrainFactory grains,
    INodeStatusSource status,
    INodeStatsSource stats,
    TimeProvider time,
    ILogger<NodeLink> logger) : BackgroundService, INodeLink
{
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(2);

    /// <summary>A sign of life that takes longer is better given anew.</summary>
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);
    private readonly string _agentId = Guid.NewGuid().ToString("N");
    private readonly TaskCompletionSource<NodeRegistrationResult> _registered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private JsonObject? _accepted;
    private NodeStats? _sentStats;

    public string NodeName => options.NodeName;

    public INodeGrain Grain => grains.GetGrain<INodeGrain>(options.NodeName);

    public Task<NodeRegistrationResult> WaitForRegistrationAsync(CancellationToken cancellationToken = default) =>
        _registered.Task.WaitAsync(cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interval = TimeSpan.Zero;
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                interval = interval == TimeSpan.Zero ? await RegisterAsync(stoppingToken) : await HeartbeatAsync(interval, stoppingToken);
                failures = 0;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                failures++;
                LogFailed(exception.Message, failures);
                await Task.Delay(Pause(failures), time, stoppingToken);
                continue;
            }

            await Task.Delay(interval == TimeSpan.Zero ? Pause(1) : Jitter(interval), time, stoppingToken);
        }
    }

    private async Task<TimeSpan> RegisterAsync(CancellationToken cancellationToken)
    {
        var current = await status.GetStatusAsync(cancellationToken);
        var accepted = (JsonObject)current.DeepClone();
        var node = NodeObject.Build(options, current, System.Net.Dns.GetHostName(), NodeAddresses.Internal(options));
        var result = await Grain.RegisterAsync(
            new() { AgentId = _agentId, Node = Encoding.UTF8.GetBytes(node.ToJsonString()) }, cancellationToken)
            .WaitAsync(CallTimeout, time, cancellationToken);
        if (result.Error is { } error)
        {
            LogRefused(error.Message);
            return TimeSpan.Zero;
        }

        _accepted = accepted;
        if (_registered.TrySetResult(result))
        {
            LogRegistered(options.NodeName, result.PodCidr);
        }

        return result.HeartbeatInterval;
    }

    /// <summary>Returns when to beat next; zero to register again.</summary>
    private async Task<TimeSpan> HeartbeatAsync(TimeSpan interval, CancellationToken cancellationToken)
    {
        var current = await status.GetStatusAsync(cancellationToken);
        var delta = StatusDelta.Between(_accepted, current);
        var newest = stats.Current;
        var reply = await Grain.HeartbeatAsync(
            new()
            {
                AgentId = _agentId,
                Status = delta is null ? [] : Encoding.UTF8.GetBytes(delta.ToJsonString()),
                Stats = ReferenceEquals(newest, _sentStats) ? null : newest,
            },
            cancellationToken).WaitAsync(CallTimeout, time, cancellationToken);
        if (reply.MustRegister)
        {
            return TimeSpan.Zero;
        }

        _accepted = current;
        _sentStats = newest;
        if (ReleasedDirectories.Remove(reply.ReleasedVolumes, logger) is { IsEmpty: false } gone)
        {
            await Grain.ForgetVolumesAsync(gone, cancellationToken).WaitAsync(CallTimeout, time, cancellationToken);
        }

        return interval;
    }

    /// <summary>Nodes that start together must not beat together.</summary>
    private static TimeSpan Jitter(TimeSpan interval) => interval * (0.9 + (Random.Shared.NextDouble() * 0.2));

    private static TimeSpan Pause(int failures)
    {
        var pause = TimeSpan.FromMilliseconds(100 * Math.Pow(2, Math.Min(failures, 10)));
        return Jitter(pause < MaxPause ? pause : MaxPause);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Registered as {Node} with pod addresses {PodCidr}")]
    private partial void LogRegistered(string node, string podCidr);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The cluster refused the registration: {Reason}")]
    private partial void LogRefused(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No answer from the cluster ({Failures} in a row): {Reason}")]
    private partial void LogFailed(string reason, int failures);
}
