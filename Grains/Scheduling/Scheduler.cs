using Crescent.Grains.Scheduling.Framework;
using Crescent.Grains.Scheduling.Preemption;
using Crescent.Grains.Scheduling.Queue;
using Crescent.Resources;

namespace Crescent.Grains.Scheduling;

/// <summary>
/// A scheduler without its surroundings: fed with states of nodes and pods, asked for the next attempt, told how bindings went. Follows
/// states, not events: feeding the same state again changes nothing. No clock, no I/O; one thread at a time.
/// </summary>
/// <param name="name">The <c>spec.schedulerName</c> it serves.</param>
/// <param name="profile">Its plugins.</param>
/// <param name="options">Its options.</param>
/// <param name="budgets">The PodDisruptionBudgets that preemption is to keep; none by default.</param>
internal sealed class Scheduler(
    string name, SchedulingProfile profile, SchedulerOptions options, Func<IEnumerable<ResourceSnapshot>>? budgets = null)
{
    private readonly PlacementAlgorithm _algorithm = new(profile, options.PercentageOfNodesToScore);
    private readonly PreemptionPlanner _preemption = new(profile, budgets ?? (static () => []));
    private readonly HashSet<string> _assumed = new(StringComparer.Ordinal);

    public ClusterState Cluster { get; } = new();

    public SchedulingQueue Queue { get; } = new(profile.Rejecters, options);

    /// <summary>Pods whose binding has not been seen in the cache yet.</summary>
    public int AssumedCount => _assumed.Count;

    public void SetNode(ResourceSnapshot snapshot, DateTimeOffset now)
    {
        var previous = Cluster.FindNode(snapshot.Key.Name)?.Facts;
        var facts = NodeFacts.Read(snapshot);
        Cluster.SetNode(facts);
        Queue.OnChange(ClusterChange.OfNode(facts, previous), now);
    }

    public void RemoveNode(string nodeName) => Cluster.RemoveNode(nodeName);

    public void SetPod(ResourceSnapshot snapshot, DateTimeOffset now)
    {
        if (IsKnownPlacement(snapshot))
        {
            return;
        }

        var pod = PodInfoReader.Read(snapshot);
        if (pod.IsTerminal)
        {
            RemovePod(pod.Uid, now);
        }
        else if (pod.NodeName.Length > 0)
        {
            Queue.Remove(pod.Uid);
            _assumed.Remove(pod.Uid);
            Cluster.SetPod(pod, pod.NodeName);
            Queue.OnChange(ClusterChange.OfPlaced(pod), now);
        }
        else if (_assumed.Contains(pod.Uid))
        {
            // Bound already as far as we know; the cache is behind.
        }
        else if (pod.SchedulerName == name && pod is { IsDeleting: false, IsGated: false })
        {
            Queue.Set(pod, now);
        }
        else
        {
            Queue.Remove(pod.Uid);
        }
    }

    public void RemovePod(string uid, DateTimeOffset now)
    {
        Queue.Remove(uid);
        _assumed.Remove(uid);
        TakeOff(uid, now);
    }

    /// <summary>Makes the nodes equal to this list.</summary>
    public void ResetNodes(IEnumerable<ResourceSnapshot> nodes, DateTimeOffset now)
    {
        var gone = Cluster.NodeNames.ToHashSet(StringComparer.Ordinal);
        foreach (var node in nodes)
        {
            gone.Remove(node.Key.Name);
            SetNode(node, now);
        }

        foreach (var node in gone)
        {
            RemoveNode(node);
        }
    }

    /// <summary>Makes the pods equal to this list.</summary>
    public void ResetPods(IEnumerable<ResourceSnapshot> pods, DateTimeOffset now)
    {
        var gone = Cluster.PodUids.Concat(Queue.Uids).ToHashSet(StringComparer.Ordinal);
        foreach (var pod in pods)
        {
            gone.Remove(pod.Uid);
            SetPod(pod, now);
        }

        foreach (var uid in gone)
        {
            RemovePod(uid, now);
        }
    }

    /// <summary>Tries the next pod; null when none is due. A placed pod is assumed on its node until told otherwise.</summary>
    public Attempt? TryScheduleNext(DateTimeOffset now)
    {
        if (!Queue.TryTake(now, out var queued))
        {
            return null;
        }

        var placement = _algorithm.Place(queued.Pod, Cluster);
        if (placement.NodeName is { } nodeName)
        {
            _assumed.Add(queued.Pod.Uid);
            Cluster.SetPod(queued.Pod, nodeName);
            Queue.OnChange(ClusterChange.OfPlaced(queued.Pod), now);
            return new(queued, nodeName, "");
        }

        Queue.Park(queued, placement.Diagnosis!.Plugins, now);
        return new(queued, null, placement.Diagnosis.ToMessage()) { Preemption = _preemption.Plan(queued.Pod, Cluster) };
    }

    /// <summary>
    /// The binding was refused, or its outcome is unknown. Gives the room back and tries again after a pause, unless the cache has shown
    /// the pod bound or gone.
    /// </summary>
    public void BindingFailed(QueuedPod queued, DateTimeOffset now)
    {
        if (_assumed.Remove(queued.Pod.Uid))
        {
            TakeOff(queued.Pod.Uid, now);
            Queue.Retry(queued, now);
        }
    }

    private void TakeOff(string uid, DateTimeOffset now)
    {
        if (Cluster.TryGetPod(uid, out var pod, out _))
        {
            Cluster.RemovePod(uid);
            Queue.OnChange(ClusterChange.OfLeft(pod), now);
        }
    }

    /// <summary>Most changes of bound pods are status reports; they are told from the routing fields without reading the body.</summary>
    private bool IsKnownPlacement(ResourceSnapshot snapshot) =>
        Cluster.TryGetPod(snapshot.Uid, out var known, out var nodeName)
        && !_assumed.Contains(snapshot.Uid)
        && snapshot.Fields.TryGetValue("spec.nodeName", out var boundTo) && boundTo == nodeName
        && snapshot.Fields.TryGetValue("status.phase", out var phase) && phase is "Pending" or "Running" or "Unknown"
        && known.IsDeleting == snapshot.DeletionTimestamp is not null
        && HaveSameLabels(known.Labels, snapshot.Labels);

    private static bool HaveSameLabels(IReadOnlyDictionary<string, string> left, IReadOnlyDictionary<string, string> right)
    {
        if (ReferenceEquals(left, right))
        {
            return true;
        }

        if (left.Count != right.Count)
        {
            return false;
        }

        foreach (var (key, value) in left)
        {
            if (!right.TryGetValue(key, out var other) || other != value)
            {
                return false;
            }
        }

        return true;
    }
}
