using System.Collections.Concurrent;

namespace Crescent.Chaos.History;

/// <summary>Collects what clients and watchers report, from any thread.</summary>
internal sealed class HistoryRecorder(TimeProvider time)
{
    private readonly ConcurrentQueue<Operation> _operations = new();
    private readonly ConcurrentQueue<WatchSegment> _segments = new();

    public int OperationCount => _operations.Count;

    public long Now => time.GetTimestamp();

    public void Add(Operation operation) => _operations.Enqueue(operation);

    public void Add(WatchSegment segment) => _segments.Enqueue(segment);

    public RunHistory Complete(long finalVersion) => new([.. _operations], [.. _segments], finalVersion);
}
