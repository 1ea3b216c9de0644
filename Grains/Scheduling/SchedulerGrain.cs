using Crescent.Grains.Events;
using Crescent.Grains.Scheduling.Framework;
using Crescent.Grains.Scheduling.Plugins;
using Crescent.Grains.Watching;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Scheduling;
using Crescent.Watching;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Scheduling;

/// <summary>
/// Surrounds a <see cref="Scheduler"/> with the cluster: feeds it from this silo's caches and carries out its attempts. All of it runs on
/// the grain's own scheduler, in short slices.
/// </summary>
[GrainType("scheduler"), KeepAlive]
internal sealed partial class SchedulerGrain : Grain, ISchedulerGrain
{
    private readonly IResourceCaches _caches;
    private readonly IEventRecorder _events;
    private readonly SchedulerOptions _options;
    private readonly SchedulerInstruments _instruments;
    private readonly TimeProvider _time;
    private readonly ILogger<SchedulerGrain> _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Scheduler _scheduler;
    private readonly string _name;
    private TaskCompletionSource _wake = NewSignal();
    private Task[]? _loops;
    private bool _nodesLoaded;
    private bool _podsLoaded;
    private int _bindings;

    public SchedulerGrain(
        IGrainContext context, IResourceCaches caches, IEventRecorder events, IOptions<SchedulerOptions> options, SchedulerInstruments instruments,
        TimeProvider time, ILogger<SchedulerGrain> logger)
    {
        _caches = caches;
        _events = events;
        _options = options.Value;
        _instruments = instruments;
        _time = time;
        _logger = logger;
        _name = context.GrainId.Key.ToString()!;
        _scheduler = new(_name, DefaultProfile.Create(caches), _options, Budgets);
    }

    public Task EnsureAsync()
    {
        if (_loops is null)
        {
            LogStarted(_logger, _name);
            _loops = [GuardAsync(FollowNodesAsync), GuardAsync(FollowPodsAsync), GuardAsync(ScheduleAsync)];
            this.RegisterGrainTimer(
                static (grain, _) => grain.TickAsync(), this,
                new GrainTimerCreationOptions { DueTime = TimeSpan.FromSeconds(1), Period = TimeSpan.FromSeconds(1), KeepAlive = true });
        }

        return Task.CompletedTask;
    }

    public Task<SchedulerStatus> GetStatusAsync(CancellationToken cancellationToken = default) => Task.FromResult(new SchedulerStatus
    {
        Nodes = _scheduler.Cluster.Nodes.Length,
        PlacedPods = _scheduler.Cluster.PodCount,
        WaitingPods = _scheduler.Queue.Count,
        UnschedulablePods = _scheduler.Queue.ParkedCount,
        Bindings = _bindings,
    });

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        _wake.TrySetResult();
        _stopping.Dispose();
    }

    private IEnumerable<ResourceSnapshot> Budgets() => _caches.Get(KnownTypes.PodDisruptionBudgets).Current?.Enumerate() ?? [];

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A loop that ends by an exception is a bug; a fresh activation starts from the caches again.</summary>
    private async Task GuardAsync(Func<CancellationToken, Task> loop)
    {
        try
        {
            await loop(_stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
        catch (Exception exception)
        {
            LogLoopFailed(_logger, exception, _name);
            DeactivateOnIdle();
        }
    }

    private Task FollowNodesAsync(CancellationToken cancellationToken) => CacheFollower.FollowAsync(
        _caches, KnownTypes.Nodes,
        view =>
        {
            _scheduler.ResetNodes(view.Enumerate(), _time.GetUtcNow());
            _nodesLoaded = true;
            _wake.TrySetResult();
            return Task.CompletedTask;
        },
        changes =>
        {
            var now = _time.GetUtcNow();
            foreach (var change in changes)
            {
                if (change.Kind == ResourceEventKind.Deleted)
                {
                    _scheduler.RemoveNode(change.Current.Key.Name);
                }
                else
                {
                    _scheduler.SetNode(change.Current, now);
                }
            }

            _wake.TrySetResult();
            return Task.CompletedTask;
        },
        cancellationToken);

    private Task FollowPodsAsync(CancellationToken cancellationToken) => CacheFollower.FollowAsync(
        _caches, KnownTypes.Pods,
        view =>
        {
            _scheduler.ResetPods(view.Enumerate(), _time.GetUtcNow());
            _podsLoaded = true;
            _wake.TrySetResult();
            return Task.CompletedTask;
        },
        ApplyPodsAsync, cancellationToken);

    private async Task ApplyPodsAsync(IReadOnlyList<ResourceChange> changes)
    {
        var slice = _time.GetTimestamp();
        foreach (var change in changes)
        {
            if (change.Kind == ResourceEventKind.Deleted)
            {
                _scheduler.RemovePod(change.Current.Uid, _time.GetUtcNow());
            }
            else
            {
                _scheduler.SetPod(change.Current, _time.GetUtcNow());
            }

            if (_time.GetElapsedTime(slice) > _options.Slice)
            {
                _wake.TrySetResult();
                await Task.Yield();
                slice = _time.GetTimestamp();
            }
        }

        _wake.TrySetResult();
    }

    private Task TickAsync()
    {
        if (_scheduler.Queue.HasSleepers)
        {
            _scheduler.Queue.FlushParked(_time.GetUtcNow());
            _wake.TrySetResult();
        }

        return Task.CompletedTask;
    }

    private async Task ScheduleAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await _wake.Task;
            _wake = NewSignal();
            if (_nodesLoaded && _podsLoaded)
            {
                await DrainAsync(cancellationToken);
            }
        }
    }

    /// <summary>Attempts until nothing is due or all binding slots are taken; a finished binding wakes the loop again.</summary>
    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        var slice = _time.GetTimestamp();
        while (_bindings < _options.ParallelBindings && !cancellationToken.IsCancellationRequested
            && _scheduler.TryScheduleNext(_time.GetUtcNow()) is { } attempt)
        {
            _ = attempt.NodeName is null ? ReportUnschedulableAsync(attempt) : BindAsync(attempt);
            if (_time.GetElapsedTime(slice) > _options.Slice)
            {
                await Task.Yield();
                slice = _time.GetTimestamp();
            }
        }
    }

    private async Task BindAsync(Attempt attempt)
    {
        var pod = attempt.Queued.Pod;
        _bindings++;
        try
        {
            var result = await GrainFactory.GetResourceGrain(pod.Key).CreateAsync(BindingRequests.Bind(pod, attempt.NodeName!));
            if (result.IsSuccess)
            {
                _instruments.Scheduled(_time.GetUtcNow() - attempt.Queued.QueuedAt);
                _events.Record(
                    Subject(pod), EventTypes.Normal, "Scheduled",
                    $"Successfully assigned {pod.Key.Namespace}/{pod.Key.Name} to {attempt.NodeName}", _name);
                return;
            }

            LogBindingRefused(_logger, pod.Key, attempt.NodeName!, result.Error!.Message);
            _scheduler.BindingFailed(attempt.Queued, _time.GetUtcNow());
        }
        catch (Exception exception)
        {
            LogBindingFailed(_logger, exception, pod.Key, attempt.NodeName!);
            _scheduler.BindingFailed(attempt.Queued, _time.GetUtcNow());
        }
        finally
        {
            _bindings--;
            _wake.TrySetResult();
        }
    }

    /// <summary>The condition is written only when it says something new: a pod that waits long costs nothing.</summary>
    private async Task ReportUnschedulableAsync(Attempt attempt)
    {
        var pod = attempt.Queued.Pod;
        _instruments.Unschedulable();
        _events.Record(Subject(pod), EventTypes.Warning, "FailedScheduling", attempt.Message, _name);
        if (pod.UnschedulableMessage == attempt.Message && attempt.Preemption is null)
        {
            return;
        }

        try
        {
            foreach (var victim in attempt.Preemption?.Victims ?? [])
            {
                await PreemptAsync(victim, pod, attempt.Preemption!.NodeName);
            }

            var result = await GrainFactory.GetResourceGrain(pod.Key).PatchAsync(
                BindingRequests.MarkUnschedulable(pod, attempt.Message, attempt.Preemption?.NodeName, _time.GetUtcNow()));
            if (!result.IsSuccess)
            {
                LogConditionRefused(_logger, pod.Key, result.Error!.Message);
            }
        }
        catch (Exception exception)
        {
            LogConditionFailed(_logger, exception, pod.Key);
        }
    }

    private async Task PreemptAsync(PodInfo victim, PodInfo pod, string nodeName)
    {
        var grain = GrainFactory.GetResourceGrain(victim.Key);
        await grain.PatchAsync(BindingRequests.MarkPreempted(_name, victim, _time.GetUtcNow()));
        var result = await grain.DeleteAsync(BindingRequests.Preempt(victim));
        if (result.IsSuccess)
        {
            _events.Record(Subject(victim), EventTypes.Normal, "Preempted", $"Preempted by pod {pod.Uid} on node {nodeName}", _name);
            LogPreempted(_logger, victim.Key, pod.Key, nodeName);
        }
    }

    private static EventSubject Subject(PodInfo pod) => new()
    {
        ApiVersion = "v1", Kind = "Pod", Namespace = pod.Key.Namespace, Name = pod.Key.Name, Uid = pod.Uid, ResourceVersion = pod.Version.ToString(),
    };

    [LoggerMessage(1, LogLevel.Information, "{Scheduler} starts on this silo")]
    private static partial void LogStarted(ILogger logger, string scheduler);

    [LoggerMessage(2, LogLevel.Error, "{Scheduler} stopped working and starts anew")]
    private static partial void LogLoopFailed(ILogger logger, Exception exception, string scheduler);

    [LoggerMessage(3, LogLevel.Warning, "Binding {Pod} to {Node} was refused: {Reason}")]
    private static partial void LogBindingRefused(ILogger logger, ResourceKey pod, string node, string reason);

    [LoggerMessage(4, LogLevel.Error, "Binding {Pod} to {Node} failed; it is tried again")]
    private static partial void LogBindingFailed(ILogger logger, Exception exception, ResourceKey pod, string node);

    [LoggerMessage(7, LogLevel.Information, "{Victim} makes room for {Pod} on {Node}")]
    private static partial void LogPreempted(ILogger logger, ResourceKey victim, ResourceKey pod, string node);

    [LoggerMessage(5, LogLevel.Debug, "The PodScheduled condition of {Pod} was refused: {Reason}")]
    private static partial void LogConditionRefused(ILogger logger, ResourceKey pod, string reason);

    [LoggerMessage(6, LogLevel.Warning, "The PodScheduled condition of {Pod} could not be written")]
    private static partial void LogConditionFailed(ILogger logger, Exception exception, ResourceKey pod);
}
