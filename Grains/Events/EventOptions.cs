namespace Crescent.Grains.Events;

/// <summary>How events are thinned and how long they are kept.</summary>
public sealed class EventOptions
{
    /// <summary>Age at which events are deleted, counted from the last occurrence. 1 hour, as in Kubernetes.</summary>
    public TimeSpan TimeToLive { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Time between two prunings. 2 minutes.</summary>
    public TimeSpan PrunePeriod { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Events waiting to be written on one silo, 10,000; past that new ones are dropped.</summary>
    public int QueueLength { get; set; } = 10_000;

    /// <summary>Events one source may record about one object in a burst, 25, as in Kubernetes.</summary>
    public int Burst { get; set; } = 25;

    /// <summary>After a burst one more event is let through per this time. 5 minutes, as in Kubernetes.</summary>
    public TimeSpan RefillPeriod { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Messages that differ only in detail before they are combined into one event, 10, as in Kubernetes.</summary>
    public int SimilarBeforeCombining { get; set; } = 10;

    /// <summary>How long events count as repeated or similar. 10 minutes, as in Kubernetes.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Objects and events remembered for counting, 4,096 each.</summary>
    public int Remembered { get; set; } = 4096;
}
