using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Crescent.Grains.Scheduling.Framework;

namespace Crescent.Grains.Scheduling.Queue;

/// <summary>
/// Waiting pods: active ones by priority and age; those backing off; and those parked because no node would take them, each template with
/// the plugins that said so, so that one question per template decides whether a change of the cluster wakes them. Single-threaded.
/// </summary>
internal sealed class SchedulingQueue
{
    private readonly SchedulerOptions _options;
    private readonly ILookup<string, IRequeuePlugin> _plugins;
    private readonly Dictionary<string, QueuedPod> _pods = new(StringComparer.Ordinal);
    private readonly PriorityQueue<QueuedPod, (int Priority, long Ticks, long Sequence)> _active = new();
    private readonly PriorityQueue<QueuedPod, DateTimeOffset> _backoff = new();
    private readonly Dictionary<Guid, Dictionary<string, QueuedPod>> _parked = [];
    private long _sequence;

    public SchedulingQueue(IEnumerable<IRequeuePlugin> plugins, SchedulerOptions options)
    {
        _options = options;
        _plugins = plugins.ToLookup(static plugin => plugin.Name, StringComparer.Ordinal);
    }

    /// <summary>Waiting and in-flight pods.</summary>
    public int Count => _pods.Count;

    /// <summary>Pods no node would take.</summary>
    public int ParkedCount => _parked.Values.Sum(static group => group.Count);

    /// <summary>Whether time alone may bring a pod back.</summary>
    public bool HasSleepers => _backoff.Count > 0 || _parked.Count > 0;

    public IReadOnlyCollection<string> Uids => _pods.Keys;

    public bool TryGet(string uid, [NotNullWhen(true)] out QueuedPod? queued) => _pods.TryGetValue(uid, out queued);

    /// <summary>Adds a pod or takes note of its newest state; a parked pod comes back when what plugins look at has changed.</summary>
    public void Set(PodInfo pod, DateTimeOffset now)
    {
        if (!_pods.TryGetValue(pod.Uid, out var queued))
        {
            _pods.Add(pod.Uid, queued = new(pod, now, _sequence++));
            Activate(queued);
            return;
        }

        var changed = queued.Pod.Template != pod.Template;
        if (changed && queued.Place == QueuePlace.Parked)
        {
            Unpark(queued);
            queued.Pod = pod;
            Wake(queued, now);
        }
        else
        {
            queued.Pod = pod;
        }
    }

    public void Remove(string uid)
    {
        if (_pods.Remove(uid, out var queued) && queued.Place == QueuePlace.Parked)
        {
            Unpark(queued);
        }
    }

    /// <summary>The next pod to try; it is in flight until parked, retried or removed.</summary>
    public bool TryTake(DateTimeOffset now, [NotNullWhen(true)] out QueuedPod? queued)
    {
        while (_backoff.TryPeek(out var sleeper, out var due) && due <= now)
        {
            _backoff.Dequeue();
            if (IsCurrent(sleeper, QueuePlace.Backoff))
            {
                Activate(sleeper);
            }
        }

        while (_active.TryDequeue(out queued, out _))
        {
            if (IsCurrent(queued, QueuePlace.Active))
            {
                queued.Place = QueuePlace.InFlight;
                queued.Attempts++;
                return true;
            }
        }

        return false;
    }

    /// <summary>No node would take it: waits for a change that <paramref name="rejectedBy"/> care about.</summary>
    public void Park(QueuedPod queued, ImmutableHashSet<string> rejectedBy, DateTimeOffset now)
    {
        if (!IsCurrent(queued, QueuePlace.InFlight))
        {
            return;
        }

        queued.Place = QueuePlace.Parked;
        queued.RejectedBy = rejectedBy;
        queued.ParkedAt = now;
        queued.BackoffUntil = now + BackoffOf(queued.Attempts);
        if (!_parked.TryGetValue(queued.Pod.Template, out var group))
        {
            _parked.Add(queued.Pod.Template, group = new(StringComparer.Ordinal));
        }

        group[queued.Pod.Uid] = queued;
    }

    /// <summary>The attempt failed for reasons outside scheduling: again after a pause.</summary>
    public void Retry(QueuedPod queued, DateTimeOffset now)
    {
        if (IsCurrent(queued, QueuePlace.InFlight))
        {
            queued.BackoffUntil = now + BackoffOf(queued.Attempts);
            Wake(queued, now);
        }
    }

    /// <summary>Wakes the parked pods this change may help; true when there were any.</summary>
    public bool OnChange(ClusterChange change, DateTimeOffset now)
    {
        List<QueuedPod>? woken = null;
        foreach (var group in _parked.Values)
        {
            Dictionary<string, bool>? answers = null;
            foreach (var queued in group.Values)
            {
                if (MayHelp(queued, change, answers ??= new(StringComparer.Ordinal)))
                {
                    (woken ??= []).Add(queued);
                }
            }
        }

        return WakeAll(woken, now);
    }

    /// <summary>Wakes pods that have been parked for too long: hints are hints.</summary>
    public bool FlushParked(DateTimeOffset now)
    {
        var overdue = _parked.Values.SelectMany(static group => group.Values)
            .Where(queued => now - queued.ParkedAt >= _options.LongestWait)
            .ToList();
        return WakeAll(overdue, now);
    }

    private bool MayHelp(QueuedPod queued, ClusterChange change, Dictionary<string, bool> answers)
    {
        if (queued.RejectedBy.IsEmpty)
        {
            return change.Node is not null;
        }

        foreach (var name in queued.RejectedBy)
        {
            if (!answers.TryGetValue(name, out var answer))
            {
                answers[name] = answer = _plugins[name].Any(plugin => plugin.MayHelp(queued.Pod, change));
            }

            if (answer)
            {
                return true;
            }
        }

        return false;
    }

    private bool WakeAll(List<QueuedPod>? woken, DateTimeOffset now)
    {
        foreach (var queued in woken ?? [])
        {
            Unpark(queued);
            Wake(queued, now);
        }

        return woken is { Count: > 0 };
    }

    private void Wake(QueuedPod queued, DateTimeOffset now)
    {
        if (queued.BackoffUntil <= now)
        {
            Activate(queued);
            return;
        }

        queued.Place = QueuePlace.Backoff;
        _backoff.Enqueue(queued, queued.BackoffUntil);
    }

    private void Activate(QueuedPod queued)
    {
        queued.Place = QueuePlace.Active;
        _active.Enqueue(queued, (-queued.Pod.Priority, queued.QueuedAt.UtcTicks, queued.Sequence));
    }

    private void Unpark(QueuedPod queued)
    {
        if (_parked.TryGetValue(queued.Pod.Template, out var group) && group.Remove(queued.Pod.Uid) && group.Count == 0)
        {
            _parked.Remove(queued.Pod.Template);
        }
    }

    /// <summary>Heaps are not searched on removal: an entry counts only while the pod is still known and still there.</summary>
    private bool IsCurrent(QueuedPod queued, QueuePlace place) =>
        queued.Place == place && _pods.TryGetValue(queued.Pod.Uid, out var known) && ReferenceEquals(known, queued);

    private TimeSpan BackoffOf(int attempts)
    {
        var backoff = _options.InitialBackoff * Math.Pow(2, Math.Clamp(attempts - 1, 0, 30));
        return backoff < _options.MaxBackoff ? backoff : _options.MaxBackoff;
    }
}
