using System.Diagnostics.Metrics;

namespace Crescent.Grains.Scheduling;

/// <summary>Counters under Kubernetes' names for them.</summary>
internal sealed class SchedulerInstruments
{
    public const string MeterName = "Crescent.Scheduling";

    private readonly Counter<long> _attempts;
    private readonly Histogram<double> _duration;

    public SchedulerInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _attempts = meter.CreateCounter<long>("scheduler_schedule_attempts_total", description: "Attempts to place pods, by result.");
        _duration = meter.CreateHistogram<double>(
            "scheduler_pod_scheduling_sli_duration_seconds", "s", "Time from a pod's arrival in the queue to its binding.");
    }

    public void Scheduled(TimeSpan sinceQueued)
    {
        _attempts.Add(1, new KeyValuePair<string, object?>("result", "scheduled"));
        _duration.Record(sinceQueued.TotalSeconds);
    }

    public void Unschedulable() => _attempts.Add(1, new KeyValuePair<string, object?>("result", "unschedulable"));
}
