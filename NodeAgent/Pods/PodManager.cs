using System.Collections.Concurrent;
using Crescent.NodeAgent.Assignments;
using Crescent.NodeAgent.Runtimes;
using Crescent.NodeAgent.Volumes;
using k8s.Models;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Crescent.NodeAgent.Pods;

/// <summary>
/// Keeps one worker per pod that is assigned to this node or that the engine still holds something of. Nothing is started or ended
/// before the engine was listed; nothing is ended for want of an assignment before the first full page of assignments.
/// </summary>
internal sealed partial class PodManager(
    AssignmentState assignments, RuntimeMonitor monitor, RuntimeState state, PodTokens tokens, PodTools tools,
    ILogger<PodManager> logger, ILoggerFactory loggers)
    : BackgroundService
{
    private readonly ConcurrentDictionary<string, PodWorker> _workers = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private bool _stopping;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await monitor.WaitForListAsync(stoppingToken);
            await assignments.WaitForLoadAsync(stoppingToken);
            monitor.Changed += OnRuntimeChanged;
            assignments.PodChanged += Look;
            assignments.ObjectsChanged += OnObjectsChanged;
            tokens.Due += OnTokenDue;
            tools.Room.Freed += OnRoomFreed;
            foreach (var uid in assignments.Pods.Select(static pod => pod.Uid).Concat(state.PodUids).Distinct(StringComparer.Ordinal)
                .OrderBy(uid => state.Of(uid).IsEmpty).ThenBy(uid => assignments.Find(uid)?.Pod.Metadata.CreationTimestamp).ToList())
            {
                Look(uid);
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, tools.Time, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopping(_workers.Count);
        }
        finally
        {
            lock (_gate)
            {
                _stopping = true;
            }

            monitor.Changed -= OnRuntimeChanged;
            assignments.PodChanged -= Look;
            assignments.ObjectsChanged -= OnObjectsChanged;
            tokens.Due -= OnTokenDue;
            tools.Room.Freed -= OnRoomFreed;
            await Task.WhenAll(_workers.Values.Select(static worker => worker.DisposeAsync().AsTask()));
        }
    }

    private void OnRuntimeChanged(string uid)
    {
        if (_workers.TryGetValue(uid, out var worker))
        {
            worker.Nudge();
        }
        else if (!state.Of(uid).IsEmpty)
        {
            Look(uid);
        }
    }

    private void OnObjectsChanged(string podNamespace)
    {
        foreach (var worker in _workers.Values.Where(worker => worker.Namespace == podNamespace))
        {
            worker.ObjectsChanged();
        }
    }

    private void OnRoomFreed()
    {
        foreach (var worker in _workers.Values.Where(static worker => worker.AwaitsRoom))
        {
            worker.Nudge();
        }
    }

    private void OnTokenDue(string podUid)
    {
        if (_workers.TryGetValue(podUid, out var worker))
        {
            worker.ObjectsChanged();
        }
    }

    /// <summary>Brings the worker of a pod in line with its assignment.</summary>
    private void Look(string uid)
    {
        lock (_gate)
        {
            if (_stopping)
            {
                return;
            }

            var assignment = assignments.Find(uid);
            if (_workers.TryGetValue(uid, out var worker))
            {
                if (assignment is null)
                {
                    worker.Remove();
                }
                else
                {
                    worker.Assign(assignment.Pod);
                }
            }
            else if (assignment is not null)
            {
                Add(assignment.Pod, isRemoved: false);
            }
            else if (Orphan(state.Of(uid)) is { } orphan)
            {
                LogOrphan(orphan.Metadata.NamespaceProperty, orphan.Metadata.Name, uid);
                Add(orphan, isRemoved: true);
            }
        }
    }

    private void Add(V1Pod pod, bool isRemoved)
    {
        var worker = new PodWorker(pod, isRemoved, tools, loggers.CreateLogger<PodWorker>());
        _workers[worker.Uid] = worker;
        worker.Start();
        _ = ForgetAsync(worker);
    }

    private async Task ForgetAsync(PodWorker worker)
    {
        try
        {
            await worker.Completion;
        }
        catch (Exception problem)
        {
            LogWorkerBroken(worker.Uid, problem);
        }

        lock (_gate)
        {
            if (_stopping)
            {
                return;
            }

            _workers.TryRemove(new(worker.Uid, worker));
        }

        await worker.DisposeAsync();
        if (assignments.Find(worker.Uid) is not null || !state.Of(worker.Uid).IsEmpty)
        {
            Look(worker.Uid);
        }
    }

    /// <summary>What is known of a pod that only the engine remembers.</summary>
    private static V1Pod? Orphan(PodRuntime runtime)
    {
        var (pod, grace) = runtime.Sandboxes.Select(static sandbox => (sandbox.Pod, sandbox.GraceSeconds))
            .Concat(runtime.Containers.Select(static container => (container.Pod, container.GraceSeconds)))
            .FirstOrDefault();
        return pod.Uid is null
            ? null
            : new V1Pod
            {
                Metadata = new V1ObjectMeta { Name = pod.Name, NamespaceProperty = pod.Namespace, Uid = pod.Uid },
                Spec = new V1PodSpec { Containers = [], TerminationGracePeriodSeconds = grace },
            };
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Pod {Namespace}/{Name} ({Uid}) is not assigned to this node; ending what is left of it")]
    private partial void LogOrphan(string @namespace, string name, string uid);

    [LoggerMessage(Level = LogLevel.Error, Message = "The worker of pod {Uid} broke; starting another")]
    private partial void LogWorkerBroken(string uid, Exception problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "The agent stops; {Count} pods go on without it")]
    private partial void LogStopping(int count);
}
