using System.Buffers;
using System.Collections.Concurrent;

namespace Crescent.Api.Hosting;

/// <summary>
/// Blocks of 4 KB for connections, in the part of the heap that is not moved. What is kept follows what was needed: the pool of Kestrel lets
/// go of one block in a hundred every ten seconds while there is any traffic, so that what a thousand slow watchers needed once stays for a
/// quarter of an hour.
/// </summary>
internal sealed class BufferPool(Action<BufferPool> onDisposed) : MemoryPool<byte>
{
    /// <summary>Bytes of a block; also the most that can be asked for.</summary>
    public const int BlockSize = 4096;

    /// <summary>Blocks that are always kept: a megabyte.</summary>
    private const int Least = 256;

    private readonly ConcurrentQueue<Block> _free = new();
    private int _rented;
    private int _peak;
    private int _peakBefore;
    private volatile bool _isDisposed;

    /// <summary>Blocks at hand.</summary>
    public int Kept => _free.Count;

    /// <inheritdoc/>
    public override int MaxBufferSize => BlockSize;

    /// <inheritdoc/>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockSize);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var rented = Interlocked.Increment(ref _rented);
        if (rented > Volatile.Read(ref _peak))
        {
            // Two at once may leave the lower of their counts; one block more or less does not matter.
            Volatile.Write(ref _peak, rented);
        }

        if (!_free.TryDequeue(out var block))
        {
            block = new(this);
        }

        block.IsRented = true;
        return block;
    }

    /// <summary>Lets go of what was not needed since the call before the last one.</summary>
    public void Trim()
    {
        var rented = Volatile.Read(ref _rented);
        var needed = Math.Max(Math.Max(_peakBefore, Volatile.Read(ref _peak)), Least);
        _peakBefore = Interlocked.Exchange(ref _peak, rented);
        for (var excess = _free.Count - (needed - rented); excess > 0 && _free.TryDequeue(out _); excess--)
        {
            // The collector takes it.
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _free.Clear();
            onDisposed(this);
        }
    }

    private void Return(Block block)
    {
        Interlocked.Decrement(ref _rented);
        if (!_isDisposed)
        {
            _free.Enqueue(block);
        }
    }

    private sealed class Block(BufferPool pool) : IMemoryOwner<byte>
    {
        public bool IsRented { get; set; }

        public Memory<byte> Memory { get; } = System.Runtime.InteropServices.MemoryMarshal.CreateFromPinnedArray(
            GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true), 0, BlockSize);

        public void Dispose()
        {
            if (IsRented)
            {
                IsRented = false;
                pool.Return(this);
            }
        }
    }
}
