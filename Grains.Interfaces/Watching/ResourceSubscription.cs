using Crescent.Identity;

namespace Crescent.Watching;

internal sealed class ResourceSubscription(ChangeLog log, ChangeNode start, ResourceVersion after, int bufferSize, string? onNode = null) : IResourceSubscription
{
    private const int MaxBatch = 2048;

    /// <summary>A reader whose client does not read holds one batch.</summary>
    private const long MaxBatchBytes = 4 * 1024 * 1024;

    /// <summary>Last node read; null once cut. Written by the reader and by <see cref="Cut"/>, so only through Interlocked.</summary>
    private ChangeNode? _node = start;

    /// <summary>What a reader of one node waits for instead of the next node of the log.</summary>
    private TaskCompletionSource? _wake;

    public ResourceVersion Position { get; private set; } = after;

    /// <summary>Only changes of objects on this node are returned; null for all.</summary>
    public string? OnNode => onNode;

    public ValueTask<IReadOnlyList<ResourceChange>> ReadAsync(CancellationToken cancellationToken = default) =>
        onNode is null ? ReadAllAsync(cancellationToken) : ReadNodeAsync(onNode, cancellationToken);

    public void Dispose() => log.Close(this);

    private async ValueTask<IReadOnlyList<ResourceChange>> ReadAllAsync(CancellationToken cancellationToken)
    {
        var origin = Volatile.Read(ref _node) ??
            throw new SubscriptionLostException("The reader fell too far behind the changes and was cut off.");
        var node = origin;
        var position = Position;
        while (true)
        {
            if (!node.Next.IsCompletedSuccessfully)
            {
                await node.Next.WaitAsync(cancellationToken);
            }

            var batch = Collect(ref node, position);
            var through = node.Through > position ? node.Through : position;
            if (batch.Count == 0 && through == position)
            {
                continue;
            }

            if (Interlocked.CompareExchange(ref _node, node, origin) != origin)
            {
                throw new SubscriptionLostException("The reader fell too far behind the changes and was cut off.");
            }

            Position = through;
            return batch;
        }
    }

    /// <summary>Passes over what does not concern the node, without returning and mostly without waking.</summary>
    private async ValueTask<IReadOnlyList<ResourceChange>> ReadNodeAsync(string node, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Set before looking: what is appended after the look wakes.
            var wake = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _wake, wake);
            var origin = Volatile.Read(ref _node) ??
                throw new SubscriptionLostException("The reader fell too far behind the changes and was cut off.");
            var reached = origin;
            List<ResourceChange>? batch = null;
            while (reached.Next.IsCompletedSuccessfully && batch is null or { Count: < MaxBatch })
            {
                reached = reached.Next.Result;
                foreach (var change in Fresh(reached, Position))
                {
                    if (NodeReaders.IsOn(change, node))
                    {
                        (batch ??= []).Add(change);
                    }
                }
            }

            if (Interlocked.CompareExchange(ref _node, reached, origin) != origin)
            {
                continue;
            }

            Position = reached.Through > Position ? reached.Through : Position;
            if (batch is not null)
            {
                return batch;
            }

            await wake.Task.WaitAsync(cancellationToken);
        }
    }

    internal void Cut()
    {
        Interlocked.Exchange(ref _node, null);
        Wake();
    }

    internal void Wake() => Volatile.Read(ref _wake)?.TrySetResult();

    internal bool CutIfBehind(ChangeNode tail, long maxBytes)
    {
        if (Volatile.Read(ref _node) is { } node && tail.Total - node.Total <= bufferSize && tail.TotalBytes - node.TotalBytes <= maxBytes)
        {
            return false;
        }

        Cut();
        return true;
    }

    private static IReadOnlyList<ResourceChange> Collect(ref ChangeNode node, ResourceVersion position)
    {
        IReadOnlyList<ResourceChange> batch = [];
        List<ResourceChange>? many = null;
        var before = node.TotalBytes;
        while (node.Next.IsCompletedSuccessfully && batch.Count < MaxBatch && node.TotalBytes - before < MaxBatchBytes)
        {
            node = node.Next.Result;
            var fresh = Fresh(node, position);
            if (fresh.Length == 0)
            {
                continue;
            }

            if (batch.Count == 0)
            {
                batch = fresh;
                continue;
            }

            many ??= [.. batch];
            many.AddRange(fresh);
            batch = many;
        }

        return batch;
    }

    /// <summary>The node's changes after the position; the shared array itself when that is all of them.</summary>
    private static ResourceChange[] Fresh(ChangeNode node, ResourceVersion position)
    {
        var changes = node.Changes;
        return changes.Length == 0 || changes[0].Version > position
            ? changes
            : Array.FindAll(changes, change => change.Version > position);
    }
}
