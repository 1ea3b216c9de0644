namespace Crescent.Grains.Reconciling;

/// <summary>How reconcilers are paced.</summary>
public sealed class ReconcilingOptions
{
    /// <summary>
    /// Time between two sweeps of a controller. 5 minutes: a sweep only repairs nudges lost with a silo, and silo deaths trigger one at
    /// once.
    /// </summary>
    public TimeSpan SweepPeriod { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>First wait after a failed run; doubles up to <see cref="MaxBackoff"/>. 200 ms: most refusals are races that pass at once.</summary>
    public TimeSpan MinBackoff { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest wait after failed runs. 1 minute, so that a lifted quota is noticed while somebody still looks.</summary>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>A run that takes longer is cancelled and tried again. 2 minutes.</summary>
    public TimeSpan RunTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Longest pause between two runs of a busy reconciler. A run pauses for twice as long as the one before took, up to this: 150 ms
    /// bounds both the load of a burst and the age of a status.
    /// </summary>
    public TimeSpan MaxPause { get; set; } = TimeSpan.FromMilliseconds(150);

    /// <summary>Changes a silo holds back for routing, 200,000; past that it drops them and sweeps.</summary>
    public int NudgeQueueLength { get; set; } = 200_000;

    /// <summary>Writes one reconciler has under way at a time, 256: enough to fill a group commit.</summary>
    public int MaxParallelWrites { get; set; } = 256;
}
