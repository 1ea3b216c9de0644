using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Crescent.Api.Hosting;

/// <summary>Makes the pools that Kestrel's connections take their buffers from, and trims all of them every ten seconds.</summary>
internal sealed class BufferPoolFactory : IMemoryPoolFactory<byte>, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<BufferPool, bool> _pools = new();
    private readonly ITimer _timer;

    public BufferPoolFactory(TimeProvider time) => _timer = time.CreateTimer(static factory => ((BufferPoolFactory)factory!).Trim(), this, Interval, Interval);

    /// <inheritdoc/>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null)
    {
        var pool = new BufferPool(disposed => _pools.TryRemove(disposed, out _));
        _pools[pool] = true;
        return pool;
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Trim()
    {
        foreach (var (pool, _) in _pools)
        {
            pool.Trim();
        }
    }
}
