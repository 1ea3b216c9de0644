using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Grains.Addresses;
using Crescent.Grains.Events;
using Crescent.Grains.Hosting;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Nodes;
using Crescent.Resources;
using Crescent.Watching;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Nodes;

/// <summary>
/// One node's line to the cluster. What the agent says by the second (heartbeats, usage) stays in memory; objects are written when they
/// would say something new. Knows an agent only from its registration in this activation: after a move the agent registers again.
/// </summary>
[GrainType("node"), KeepAlive]
internal sealed partial class NodeGrain : Grain, INodeGrain, INodeWatchGrain
{
    private readonly IResourceCaches _caches;
    private readonly NodeFeeds _feeds;
    private readonly IEventRecorder _events;
    private readonly NodeOptions _options;
    private readonly AddressOptions _addresses;
    private readonly NodeInstruments _instruments;
    private readonly SiloAge _siloAge;
    private readonly PodTokenIssuer _tokens;
    private readonly TimeProvider _time;
    private readonly ILogger<NodeGrain> _logger;
    private readonly string _name;
    private readonly NodeObjectWriter _node;
    private readonly PodStatusWriter _podStatuses;
    private readonly ReleasedVolumes _volumes;
    private readonly LeaseWatch _lease;
    private readonly CancellationTokenSource _stopping;
    private Task<AssignmentFeed>? _assignments;
    private IGrainTimer? _timer;
    private string? _agentId;
    private string _nodeUid = "";
    private ResourceVersion _registeredVersion;

    /// <summary>Newest status the agent has reported, by field: what the object is to say while the node is alive.</summary>
    private JsonObject _reported = [];
    private bool _mustWrite;
    private bool _isWriting;
    private long _lastSeen;
    private long _leaseRenewed;
    private NodeStats? _stats;
    private long _statsSeen;

    public NodeGrain(
        IGrainContext context, IGrainFactory grains, IResourceCaches caches, NodeFeeds feeds, IEventRecorder events, IOptions<NodeOptions> options,
        IOptions<AddressOptions> addresses, NodeInstruments instruments, SiloAge siloAge, StopSignal stop,
        PodTokenIssuer tokens, TimeProvider time, ILogger<NodeGrain> logger)
    {
        _caches = caches;
        _feeds = feeds;
        _events = events;
        _options = options.Value;
        _addresses = addresses.Value;
        _instruments = instruments;
        _siloAge = siloAge;
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        _tokens = tokens;
        _time = time;
        _logger = logger;
        _name = context.GrainId.Key.ToString()!;
        _node = new(_name, grains, time);
        _volumes = new(_name, caches, grains);
        _lease = new(_name, caches.Get(KnownTypes.Leases), time);
        _podStatuses = new(_name, _node, grains, instruments, time);
        _lastSeen = time.GetTimestamp();
    }

    public async Task<NodeRegistrationResult> RegisterAsync(NodeRegistration registration, CancellationToken cancellationToken = default)
    {
        JsonObject registered;
        try
        {
            registered = JsonNode.Parse(registration.Node) as JsonObject ?? [];
        }
        catch (JsonException exception)
        {
            return new() { Error = ResourceErrors.BadRequest($"registration of node {_name}: {exception.Message}") };
        }

        var known = await GrainFactory.GetResourceGrain(_node.Key).GetAsync(cancellationToken);
        var current = known is null ? null : Conditions.Text(NodeObjectWriter.Parse(known)["spec"], "podCIDR");
        var podCidr = await GrainFactory.GetGrain<INodeCidrGrain>(INodeCidrGrain.Key).AllotAsync(_name, current);
        if (podCidr is null && string.IsNullOrEmpty(current))
        {
            return new() { Error = ResourceErrors.Unavailable($"no block of {_options.PodCidr} is left for node {_name}", retryAfterSeconds: 10) };
        }

        var (node, error) = await _node.RegisterAsync(registered, podCidr ?? current!, cancellationToken);
        if (node is null)
        {
            LogRegistrationRefused(_logger, _name, error!.Message);
            return new() { Error = error };
        }

        if (_agentId != registration.AgentId)
        {
            LogRegistered(_logger, _name, registration.AgentId);
        }

        _agentId = registration.AgentId;
        _nodeUid = node.Uid;
        _registeredVersion = node.Version;
        _reported = registered["status"]?.DeepClone() as JsonObject ?? [];
        _lastSeen = _time.GetTimestamp();
        Watch(_options.GracePeriod);
        _timer!.Change(_options.GracePeriod, _options.GracePeriod);
        await RenewLeaseAsync(cancellationToken);
        return new()
        {
            PodCidr = Conditions.Text(NodeObjectWriter.Parse(node)["spec"], "podCIDR") ?? podCidr ?? "",
            Network = new()
            {
                PodCidr = _options.PodCidr, ServiceCidr = _addresses.ServiceRange, ClusterDns = _options.ClusterDns,
                ClusterDomain = _options.ClusterDomain, NodePortRange = $"{_addresses.FirstNodePort}-{_addresses.LastNodePort}",
            },
            HeartbeatInterval = _options.HeartbeatInterval,
            NodeUid = node.Uid,
        };
    }

    public async Task<HeartbeatReply> HeartbeatAsync(NodeHeartbeat heartbeat, CancellationToken cancellationToken = default)
    {
        _instruments.Heartbeat();
        if (_agentId != heartbeat.AgentId || IsGone())
        {
            return new() { MustRegister = true };
        }

        var wasSilent = _time.GetElapsedTime(_lastSeen) >= _options.GracePeriod;
        _lastSeen = _time.GetTimestamp();
        if (heartbeat.Stats is not null)
        {
            (_stats, _statsSeen) = (heartbeat.Stats, _lastSeen);
        }

        if (heartbeat.Status.Length > 0 && JsonNode.Parse(heartbeat.Status) is JsonObject changes)
        {
            foreach (var (name, value) in changes)
            {
                _reported[name] = value?.DeepClone();
            }

            _mustWrite = true;
        }

        _mustWrite |= wasSilent;
        if (_mustWrite)
        {
            await WriteReportedAsync(cancellationToken);
        }

        if (_time.GetElapsedTime(_leaseRenewed) >= _options.LeaseRenewPeriod)
        {
            await RenewLeaseAsync(cancellationToken);
        }

        return new() { ReleasedVolumes = _volumes.Released() };
    }

    public Task ForgetVolumesAsync(ImmutableArray<string> names, CancellationToken cancellationToken = default) =>
        _volumes.ForgetAsync(names, cancellationToken);

    public async Task<FeedPage> ReadAssignmentsAsync(FeedCursor after, TimeSpan wait, CancellationToken cancellationToken = default)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        var feed = await AttachAsync(ending.Token);
        return await feed.Objects.ReadAsync(after, Clamp(wait), _time, ending.Token);
    }

    public Task<PodToken> CreatePodTokenAsync(PodTokenRequest request, CancellationToken cancellationToken = default) =>
        _tokens.IssueAsync(_name, _nodeUid, request, cancellationToken);

    public async Task<FeedPage> ReadNetworkAsync(FeedCursor after, TimeSpan wait, CancellationToken cancellationToken = default)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        var feed = await _feeds.GetNetworkAsync(ending.Token);
        return await feed.ReadAsync(after, Clamp(wait), _time, ending.Token);
    }

    public async Task<ImmutableArray<ResourceError?>> ReportPodStatusesAsync(
        ImmutableArray<PodStatusReport> reports, CancellationToken cancellationToken = default)
    {
        var feed = await AttachAsync(cancellationToken);
        var answers = await FanOut.RunAsync(reports, _options.ParallelStatusWrites, report => ReportAsync(feed, report, cancellationToken));
        return [.. answers];
    }

    public Task RecordEventsAsync(ImmutableArray<NodeEvent> events, CancellationToken cancellationToken = default)
    {
        foreach (var item in events)
        {
            // The kubelet's own events carry the node's name as uid, and kubectl describe looks for that.
            var subject = item.Pod is { } pod
                ? new EventSubject { ApiVersion = "v1", Kind = "Pod", Namespace = pod.Namespace, Name = pod.Name, Uid = item.Uid, FieldPath = item.FieldPath }
                : new EventSubject { ApiVersion = "v1", Kind = "Node", Namespace = "", Name = _name, Uid = _name };
            _events.Record(subject, item.Type, item.Reason, item.Message, "kubelet", _name);
        }

        return Task.CompletedTask;
    }

    public Task<NodeStats?> GetStatsAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult(_stats is not null && _time.GetElapsedTime(_statsSeen) <= _options.StatsLifetime ? _stats : null);

    public Task WatchAsync()
    {
        if (_timer is null)
        {
            var startup = _options.StartupGracePeriod - _siloAge.Value;
            Watch(startup > _options.GracePeriod ? startup : _options.GracePeriod);
        }

        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        if (_assignments is { IsCompletedSuccessfully: true })
        {
            _feeds.Detach(await _assignments);
        }
    }

    private TimeSpan Clamp(TimeSpan wait) =>
        wait < TimeSpan.Zero ? TimeSpan.Zero : wait < _options.LongestPoll ? wait : _options.LongestPoll;

    private async Task<AssignmentFeed> AttachAsync(CancellationToken cancellationToken)
    {
        if (_assignments is null or { IsFaulted: true } or { IsCanceled: true })
        {
            _assignments = _feeds.AttachAsync(_name, _stopping.Token);
        }

        return await _assignments.WaitAsync(cancellationToken);
    }

    /// <summary>Whether the Node object has been deleted since the agent registered.</summary>
    private bool IsGone()
    {
        var view = _caches.Get(KnownTypes.Nodes).Current;
        if (view.Version < _registeredVersion || (view.TryGet("", _name, out var node) && node.Uid == _nodeUid))
        {
            return false;
        }

        LogGone(_logger, _name);
        _agentId = null;
        return true;
    }

    private async Task<ResourceError?> ReportAsync(AssignmentFeed feed, PodStatusReport report, CancellationToken cancellationToken)
    {
        try
        {
            return await _podStatuses.WriteAsync(report, feed.Objects.Find(report.Pod), cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogReportFailed(_logger, exception, report.Pod);
            return ResourceErrors.Unavailable($"the status of pod {report.Pod.Namespace}/{report.Pod.Name} could not be stored");
        }
    }

    /// <summary>Heartbeats interleave, so one that finds a write under way leaves its news to it; a failed write is repeated by the next.</summary>
    private async Task WriteReportedAsync(CancellationToken cancellationToken)
    {
        if (_isWriting)
        {
            return;
        }

        _isWriting = true;
        try
        {
            while (_mustWrite)
            {
                _mustWrite = false;
                var (_, isWritten) = await _node.UpdateStatusAsync(node => NodeStatusPlanner.Plan(node, _reported, _time.GetUtcNow()), cancellationToken);
                if (isWritten)
                {
                    _instruments.StatusWritten();
                }
            }
        }
        catch (Exception exception)
        {
            _mustWrite = true;
            LogStatusFailed(_logger, exception, _name);
        }
        finally
        {
            _isWriting = false;
        }
    }

    private void Watch(TimeSpan due)
    {
        if (_timer is null)
        {
            _timer = this.RegisterGrainTimer(
                static (grain, cancellationToken) => grain.CheckAsync(cancellationToken), this,
                new GrainTimerCreationOptions { DueTime = due, Period = _options.GracePeriod, KeepAlive = true });
        }
    }

    /// <summary>Runs about when the next sign of life would be too late. A Lease lasts longer than heartbeats do, and is looked at less often.</summary>
    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (Left() is var left && left > TimeSpan.Zero)
        {
            var patience = 2 * _options.GracePeriod;
            _timer!.Change(left < patience ? left : patience, _options.GracePeriod);
            return;
        }

        try
        {
            var (exists, isWritten) = await _node.UpdateStatusAsync(
                node => Left() > TimeSpan.Zero
                    ? null
                    : NodeStatusPlanner.PlanSilence(node, _time.GetUtcNow(), _agentId is null ? _options.KubeletGracePeriod : _options.GracePeriod),
                cancellationToken);
            if (isWritten)
            {
                _instruments.FellSilent();
                _instruments.StatusWritten();
                LogSilent(_logger, _name, _time.GetElapsedTime(_lastSeen));
            }
            else if (!exists)
            {
                DeactivateOnIdle();
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogStatusFailed(_logger, exception, _name);
        }
    }

    /// <summary>For how long the node counts as alive without another sign of life; its stored status may be one too.</summary>
    private TimeSpan Left()
    {
        var left = _options.GracePeriod - _time.GetElapsedTime(_lastSeen);
        return left > TimeSpan.Zero || _agentId is not null ? left : _lease.Left();
    }

    private async Task RenewLeaseAsync(CancellationToken cancellationToken)
    {
        _leaseRenewed = _time.GetTimestamp();
        try
        {
            if (await _node.RenewLeaseAsync(_nodeUid, _options.LeaseRenewPeriod * 4, cancellationToken) is { } error)
            {
                LogLeaseRefused(_logger, _name, error.Message);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogLeaseFailed(_logger, exception, _name);
        }
    }
}
