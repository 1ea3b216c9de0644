using System.Diagnostics.Metrics;

namespace Crescent.Grains.Reconciling;

internal static class ReconcilingInstruments
{
    private static readonly Meter Meter = new("Crescent.Reconciling");

    /// <summary>Runs by controller and outcome: done, again, retry, terminal, failed.</summary>
    public static readonly Counter<long> Runs = Meter.CreateCounter<long>("crescent.reconciling.runs");

    public static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("crescent.reconciling.run.duration", "s");

    /// <summary>Nudges sent by this silo, after merging.</summary>
    public static readonly Counter<long> Nudges = Meter.CreateCounter<long>("crescent.reconciling.nudges");

    /// <summary>Changes that found the nudge queue full.</summary>
    public static readonly Counter<long> DroppedChanges = Meter.CreateCounter<long>("crescent.reconciling.dropped_changes");
}
