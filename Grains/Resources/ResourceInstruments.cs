using System.Diagnostics.Metrics;
using Crescent.Identity;

namespace Crescent.Grains.Resources;

/// <summary>Meter <c>Crescent.Resources</c>: commits, batches, latency, frontier lag, settlements.</summary>
public sealed class ResourceInstruments
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Crescent.Resources";

    private readonly Counter<long> _commits;
    private readonly Counter<long> _conflicts;
    private readonly Counter<long> _fenced;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _settlements;
    private readonly Counter<long> _impatientReads;
    private readonly Counter<long> _starts;
    private readonly Histogram<int> _batchSize;
    private readonly Histogram<double> _latency;
    private readonly Histogram<int> _lag;
    private int _held;

    public ResourceInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _commits = meter.CreateCounter<long>("crescent.resource.commits", "{write}", "Committed writes.");
        _conflicts = meter.CreateCounter<long>("crescent.resource.conflicts", "{write}", "Writes that found another version in the row.");
        _fenced = meter.CreateCounter<long>("crescent.resource.fenced", "{write}", "Writes refused because their epoch was over, and retried.");
        _failures = meter.CreateCounter<long>("crescent.resource.failures", "{write}", "Writes that failed for want of storage or sequencer.");
        _settlements = meter.CreateCounter<long>("crescent.sequencer.settlements", "{settlement}", "Stuck reservations settled from storage.");
        _impatientReads = meter.CreateCounter<long>("crescent.resource.impatient_reads", "{read}", "Reads answered from rows, since no bucket answered.");
        _starts = meter.CreateCounter<long>("crescent.sequencer.starts", "{start}", "Activations of sequencers.");
        _batchSize = meter.CreateHistogram<int>("crescent.resource.batch_size", "{write}", "Writes per transaction.");
        _latency = meter.CreateHistogram<double>("crescent.resource.commit_latency", "s", "From queueing a write to its acknowledgement.");
        _lag = meter.CreateHistogram<int>("crescent.sequencer.frontier_lag", "{version}", "Versions handed out but not behind the frontier.");
        meter.CreateObservableUpDownCounter("crescent.resource.held", () => Held, "{object}", "Objects in use, or newer than the silo's cache.");
    }

    internal int Held => Volatile.Read(ref _held);

    internal void Holds(int more) => Interlocked.Add(ref _held, more);

    internal void Flushed(int size) => _batchSize.Record(size);

    internal void Committed(ResourceType type, TimeSpan latency)
    {
        if (_commits.Enabled)
        {
            _commits.Add(1, Tag(type));
        }

        _latency.Record(latency.TotalSeconds);
    }

    internal void Conflicted(ResourceType type) => _conflicts.Add(1, Tag(type));

    internal void Fenced(ResourceType type) => _fenced.Add(1, Tag(type));

    internal void Failed(ResourceType type) => _failures.Add(1, Tag(type));

    internal void ReadImpatiently(ResourceType type) => _impatientReads.Add(1, Tag(type));

    internal void Settled(ResourceType type) => _settlements.Add(1, Tag(type));

    internal void SequencerStarted(ResourceType type) => _starts.Add(1, Tag(type));

    internal void FrontierLag(ResourceType type, int lag)
    {
        if (_lag.Enabled)
        {
            _lag.Record(lag, Tag(type));
        }
    }

    private static KeyValuePair<string, object?> Tag(ResourceType type) => new("type", type.ToString());
}
