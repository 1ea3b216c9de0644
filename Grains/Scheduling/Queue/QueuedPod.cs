using System.Collections.Immutable;
using Crescent.Grains.Scheduling.Framework;

namespace Crescent.Grains.Scheduling.Queue;

/// <summary>A pod on its way to a node. Belongs to <see cref="SchedulingQueue"/>.</summary>
internal sealed class QueuedPod(PodInfo pod, DateTimeOffset queuedAt, long sequence)
{
    public PodInfo Pod { get; set; } = pod;

    /// <summary>When it came first; keeps its place among equals over all attempts.</summary>
    public DateTimeOffset QueuedAt { get; } = queuedAt;

    /// <summary>Order among pods of one moment.</summary>
    public long Sequence { get; } = sequence;

    public QueuePlace Place { get; set; }

    public int Attempts { get; set; }

    /// <summary>Not tried again before.</summary>
    public DateTimeOffset BackoffUntil { get; set; }

    public DateTimeOffset ParkedAt { get; set; }

    /// <summary>Plugins that rejected it at the last attempt.</summary>
    public ImmutableHashSet<string> RejectedBy { get; set; } = [];
}
