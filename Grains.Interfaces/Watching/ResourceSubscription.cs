using Crescent.Identity;

namespace Crescent.Watching;

internal sealed class ResourceSubscription(ChangeLog log, ChangeNode start, ResourceVersion after, int bufferSize) : IResourceSubscription
{
    private const int MaxBatch = 2048;

    /// <summary>Last node read; null once cut. Written by the reader and by <see cref="Cut"/>, so only through Interlocked.</summary>
    private ChangeNode? _node = start;

    public ResourceVersion Position { get; private set; } = after;

    public async ValueTask<IReadOnlyList<ResourceChange>> ReadAsync(CancellationToken cancellationToken = default)
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

    public void Dispose() => log.Close(this);

    internal void Cut() => Interlocked.Exchange(ref _node, null);

    internal bool CutIfBehind(long total)
    {
        if (Volatile.Read(ref _node) is { } node && total - node.Total <= bufferSize)
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
        while (node.Next.IsCompletedSuccessfully && batch.Count < MaxBatch)
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
