using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Grains.Watching;

/// <summary>The newest events of a type in version order, bounded by count and bytes. Not thread-safe.</summary>
internal sealed class EventWindow(int maxEvents, long maxBytes)
{
    private const int MaxPageEvents = 1024;
    private const long MaxPageBytes = 2 * 1024 * 1024;

    private readonly List<ResourceEvent> _events = [];
    private int _head;
    private long _bytes;

    /// <summary>Readers that have reached this version miss nothing.</summary>
    public ResourceVersion Start { get; private set; }

    public int Count => _events.Count - _head;

    /// <summary>Begins anew: nothing at or before <paramref name="start"/> can be read.</summary>
    public void Restart(ResourceVersion start)
    {
        _events.Clear();
        _head = 0;
        _bytes = 0;
        Start = start;
    }

    public void Add(ResourceEvent change)
    {
        _events.Add(change);
        _bytes += SizeOf(change);
        while (Count > maxEvents || (_bytes > maxBytes && Count > 1))
        {
            var oldest = _events[_head];
            Start = oldest.Version;
            _bytes -= SizeOf(oldest);
            _events[_head++] = null!;
        }

        if (_head > 1024 && _head > _events.Count / 2)
        {
            _events.RemoveRange(0, _head);
            _head = 0;
        }
    }

    /// <summary>A page after <paramref name="after"/>, which is not before <see cref="Start"/>; ends at <paramref name="frontier"/> when complete.</summary>
    public EventPage Read(ResourceVersion after, ResourceVersion frontier)
    {
        var first = FirstAfter(after);
        var end = first;
        long bytes = 0;
        while (end < _events.Count && end - first < MaxPageEvents && (bytes < MaxPageBytes || end == first))
        {
            bytes += SizeOf(_events[end++]);
        }

        return new()
        {
            Events = ImmutableArray.Create(CollectionsMarshal.AsSpan(_events)[first..end]),
            Through = end == _events.Count ? frontier : _events[end - 1].Version,
        };
    }

    private int FirstAfter(ResourceVersion after)
    {
        int low = _head, high = _events.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_events[middle].Version <= after)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private static long SizeOf(ResourceEvent change) => change.Snapshot.Body.Length + 128;
}
