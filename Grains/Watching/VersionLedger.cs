using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Grains.Watching;

/// <summary>
/// The sequencer's book-keeping: which versions were handed out, which are settled, and the frontier below which all are.
/// <code>
///   … settled │ open  settled  open │ free …   │
///          frontier             next        last of the block
/// </code>
/// Pure: it knows neither storage nor clock (times are the caller's ticks).
/// </summary>
internal sealed class VersionLedger
{
    private readonly Queue<(long Last, long Time)> _reservations = new();

    /// <summary>Slots of the versions from frontier + 1 to next − 1, as a ring.</summary>
    private Slot[] _ring = new Slot[256];
    private int _start;
    private int _count;
    private long _next;
    private long _last;

    /// <summary>Epoch of the versions handed out from now on.</summary>
    public long Epoch { get; private set; }

    public ResourceVersion Frontier { get; private set; }

    /// <summary>The version handed out last.</summary>
    public ResourceVersion LastReserved => new(_next - 1);

    /// <summary>Versions that can be handed out before the next block is needed.</summary>
    public long Available => _last - _next + 1;

    /// <summary>Versions handed out and not behind the frontier.</summary>
    public int Open => _count;

    /// <summary>When the oldest open reservation was made; null when nothing is open.</summary>
    public long? OldestOpen => _reservations.TryPeek(out var oldest) ? oldest.Time : null;

    /// <summary>Starts with a fresh block; everything before it is settled.</summary>
    public void Begin(long epoch, ResourceVersion first, ResourceVersion last)
    {
        Epoch = epoch;
        Frontier = new(first.Value - 1);
        _next = first.Value;
        _last = last.Value;
        _start = _count = 0;
        _reservations.Clear();
    }

    /// <summary>The same block goes on under a newer epoch.</summary>
    public void ChangeEpoch(long epoch) => Epoch = epoch;

    /// <summary>Appends the next block, which follows the present one without a gap.</summary>
    public void Extend(ResourceVersion first, ResourceVersion last)
    {
        if (first.Value != _last + 1)
        {
            throw new InvalidOperationException($"Block starts at {first}, expected {_last + 1}.");
        }

        _last = last.Value;
    }

    public Reservation Reserve(int count, long time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Available);
        var first = _next;
        Grow(_count + count);
        for (var index = 0; index < count; index++)
        {
            At(_count + index) = default;
        }

        _count += count;
        _next += count;
        _reservations.Enqueue((_next - 1, time));
        return new() { Epoch = Epoch, First = new(first), Count = count };
    }

    /// <summary>Settles one version: with the committed event, or null when it is abandoned. What is settled already stays as it is.</summary>
    public void Settle(ResourceVersion version, ResourceEvent? change)
    {
        var index = version.Value - Frontier.Value - 1;
        if (index < 0)
        {
            return;
        }

        if (index >= _count)
        {
            throw new InvalidOperationException($"Version {version} was not handed out here (last is {LastReserved}).");
        }

        ref var slot = ref At((int)index);
        if (!slot.IsSettled)
        {
            slot = new(IsSettled: true, change);
        }
    }

    /// <summary>Moves the frontier over settled versions, handing their events to <paramref name="passed"/> in order.</summary>
    /// <returns>Whether it moved.</returns>
    public bool Advance(Action<ResourceEvent> passed)
    {
        var moved = false;
        while (_count > 0 && _ring[_start].IsSettled)
        {
            if (_ring[_start].Change is { } change)
            {
                passed(change);
            }

            _ring[_start] = default;
            _start = (_start + 1) % _ring.Length;
            _count--;
            Frontier = new(Frontier.Value + 1);
            moved = true;
        }

        while (_reservations.TryPeek(out var oldest) && oldest.Last <= Frontier.Value)
        {
            _reservations.Dequeue();
        }

        return moved;
    }

    private ref Slot At(int index) => ref _ring[(_start + index) % _ring.Length];

    private void Grow(int needed)
    {
        if (needed <= _ring.Length)
        {
            return;
        }

        var larger = new Slot[Math.Max(needed, _ring.Length * 2)];
        for (var index = 0; index < _count; index++)
        {
            larger[index] = At(index);
        }

        _ring = larger;
        _start = 0;
    }

    private readonly record struct Slot(bool IsSettled, ResourceEvent? Change);
}
