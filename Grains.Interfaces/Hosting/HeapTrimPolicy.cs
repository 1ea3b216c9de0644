namespace Crescent.Hosting;

/// <summary>
/// Decides when memory goes back: the collector by itself runs when enough new objects have come together, which takes an idle process
/// many minutes, and then keeps what a burst of work has once needed. Not thread-safe.
/// </summary>
public sealed class HeapTrimPolicy
{
    /// <summary>Bytes allocated between two looks, above which the process is at work.</summary>
    public const long QuietBelow = 8L << 20;

    /// <summary>Bytes that must have been allocated since the last time before it is worth doing again.</summary>
    public const long WorthAfter = 16L << 20;

    /// <summary>Bytes of the heap up to which it is moved together; 128 MB take about a tenth of a second.</summary>
    public const long CompactBelow = 128L << 20;

    private const int FirstPatience = 2;
    private const int LongestPatience = 64;

    private long _allocated;
    private long _trimmedAt;
    private int _quiet;
    private int _looksLeft;
    private int _patience = FirstPatience;

    /// <summary>Takes the next look, and says what to do.</summary>
    /// <param name="allocated">Bytes allocated since the process started.</param>
    /// <param name="heap">Size of the heap after its last collection.</param>
    public HeapTrim Next(long allocated, long heap)
    {
        var atWork = allocated - _allocated > QuietBelow;
        _allocated = allocated;
        if (atWork)
        {
            _quiet = 0;
            _looksLeft = 0;
            _patience = FirstPatience;
            return HeapTrim.None;
        }

        if (++_quiet < 2)
        {
            return HeapTrim.None;
        }

        if (heap <= CompactBelow)
        {
            if (_looksLeft == 0 && allocated - _trimmedAt < WorthAfter)
            {
                return HeapTrim.None;
            }

            _looksLeft = 0;
            _trimmedAt = allocated;
            return HeapTrim.Compact;
        }

        // Perhaps most of it is no longer needed, or will not be when grains that nobody calls any more have left.
        if (--_looksLeft > 0)
        {
            return HeapTrim.None;
        }

        _looksLeft = _patience;
        _patience = Math.Min(2 * _patience, LongestPatience);
        return HeapTrim.Collect;
    }
}
