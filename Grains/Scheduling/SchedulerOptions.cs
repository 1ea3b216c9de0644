namespace Crescent.Grains.Scheduling;

/// <summary>How the scheduler works; the defaults are Kubernetes' where it has the same knob.</summary>
public sealed class SchedulerOptions
{
    /// <summary>Pause after the first failed attempt of a pod; doubled with each further one. Default 1 s.</summary>
    public TimeSpan InitialBackoff { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest pause between attempts. Default 10 s.</summary>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>A pod no node would take is tried again after this time even when nothing has changed. Default 5 min.</summary>
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Bindings under way at the same time; enough to fill group commits, few enough that what waits stays small. Default 128.</summary>
    public int ParallelBindings { get; set; } = 128;

    /// <summary>
    /// Share of feasible nodes to find before choosing, 1–100 %; 0 (default) for all below 100 nodes, then 50 % falling to 5 % as the
    /// cluster grows.
    /// </summary>
    public int PercentageOfNodesToScore { get; set; }

    /// <summary>How long the scheduler works before it lets other calls in. Default 5 ms.</summary>
    public TimeSpan Slice { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How often each silo makes sure that the scheduler runs somewhere. Default 5 s.</summary>
    public TimeSpan EnsurePeriod { get; set; } = TimeSpan.FromSeconds(5);
}
