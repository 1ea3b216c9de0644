namespace Crescent.Hosting;

/// <summary>
/// Decides when memory goes back: the collector by itself runs when enough new objects have come together, which takes an idle process
/// many minutes, and then keeps what a burst of work has once needed. Not thread-safe.
/// </summary>
public sealed class HeapTrimPolicy
{
    /// <summary>Bytes allocated between two looks, above which the process is at work and is left alone.</summary>
    public const long AtWorkAbove = 64L << 20;

    /// <summary>Bytes allocated between two looks, up to which the process is quiet. In between it has a little to do: heartbeats, for instance.</summary>
    public const long QuietBelow = 8L << 20;

    /// <summary>
    /// Bytes that must have been allocated since the last time before it is worth doing again; with a little to do twice as many each time.
    /// </summary>
    public const long WorthAfter = 16L << 20;

    /// <summary>Bytes of objects up to which they are moved together; 128 MB take about a tenth of a second.</summary>
    public const long CompactBelow = 128L << 20;

    private const int FirstPatience = 2;
    private const int LongestPatience = 64;
    private const long MostWorth = 1L << 30;

    private long _allocated;
    private long _trimmedAt;
    private int _quiet;
    private int _looksLeft;
    private int _patience = FirstPatience;
    private long _worth = WorthAfter;

    /// <summary>Takes the next look, and says what to do.</summary>
    /// <param name="allocated">Bytes allocated since the process started.</param>
    /// <param name="heap">Bytes of objects on the heap after its last collection.</param>
    public HeapTrim Next(long allocated, long heap)
    {
        var news = allocated - _allocated;
        var isQuiet = news <= QuietBelow;
        _allocated = allocated;
        if (news > AtWorkAbove)
        {
            _quiet = 0;
            _looksLeft = 0;
            _patience = FirstPatience;
            _worth = WorthAfter;
            return HeapTrim.None;
        }

        if (++_quiet < 2)
        {
            return HeapTrim.None;
        }

        if (heap <= CompactBelow)
        {
            if (_looksLeft == 0 && allocated - _trimmedAt < (isQuiet ? WorthAfter : _worth))
            {
                return HeapTrim.None;
            }

            _looksLeft = 0;
            _trimmedAt = allocated;
            _worth = isQuiet ? WorthAfter : Math.Min(2 * _worth, MostWorth);
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
