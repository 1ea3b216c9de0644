using Crescent.Authorization;

namespace Crescent.Api.Limits;

/// <summary>
/// A priority level at work: so many requests at once, the others in queues that take turns by the service they had. It lives on when its
/// object changes.
/// </summary>
internal sealed class PriorityLevel(string name, TimeProvider time)
{
    // What a request is thought to take until it is known, in seconds.
    private const double Estimate = 0.003;
    private readonly Lock _lock = new();
    private LevelSettings _settings = LevelSettings.Exempt;
    private FlowQueue[] _queues = [];
    private Turn? _first;
    private double _virtualTime;

    public string Name => name;

    /// <summary>Uid of the object; empty for a level nobody has stored yet.</summary>
    public string Uid { get; private set; } = "";

    public LevelSettings Settings => _settings;

    public int Executing { get; private set; }

    public int Waiting { get; private set; }

    public LevelTally Tally { get; } = new();

    /// <summary>Takes over what the object says now. Queues that hold somebody stay until they are empty.</summary>
    public void Configure(string uid, LevelSettings settings)
    {
        lock (_lock)
        {
            Uid = uid;
            _settings = settings;
            var count = Math.Max(settings.Queues, Array.FindLastIndex(_queues, static queue => queue.Waiting.Count > 0) + 1);
            if (count != _queues.Length)
            {
                _queues = [.. Enumerable.Range(0, count).Select(index => index < _queues.Length ? _queues[index] : new(index))];
            }

            Dispatch();
        }
    }

    /// <summary>A turn that has begun, is refused, or has a <see cref="Turn.Ready"/> to wait for.</summary>
    public Turn Enter(FlowSchema schema, in AccessRequest request)
    {
        var turn = new Turn(this, schema, request, time.GetTimestamp());
        lock (_lock)
        {
            if (_settings.IsExempt || (Executing < _settings.Seats && Waiting == 0))
            {
                Begin(turn, turn.Arrived);
            }
            else if (_settings.Queues == 0)
            {
                Refuse(turn, "concurrency-limit");
            }
            else if (Choose(schema, request) is var queue && queue.Waiting.Count >= _settings.QueueLength)
            {
                Refuse(turn, "queue-full");
            }
            else
            {
                if (queue.Waiting.Count + queue.Executing == 0)
                {
                    queue.VirtualStart = Math.Max(queue.VirtualStart, _virtualTime);
                }

                turn.Queue = queue;
                turn.Ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
                queue.Waiting.Add(turn);
                Waiting++;
            }
        }

        return turn;
    }

    /// <summary>Takes a waiting turn out of its queue. False: it has begun meanwhile.</summary>
    public bool Abandon(Turn turn, bool isLate)
    {
        lock (_lock)
        {
            if (turn.Queue?.Waiting.Remove(turn) != true)
            {
                return false;
            }

            Waiting--;
            Refuse(turn, isLate ? "time-out" : "cancelled");
            return true;
        }
    }

    public void Leave(Turn turn)
    {
        lock (_lock)
        {
            Executing--;
            turn.Previous?.Next = turn.Next;
            turn.Next?.Previous = turn.Previous;
            if (ReferenceEquals(_first, turn))
            {
                _first = turn.Next;
            }

            if (turn.Queue is { } queue)
            {
                queue.Executing--;
                queue.VirtualStart += time.GetElapsedTime(turn.Started).TotalSeconds - Estimate;
            }

            Dispatch();
        }
    }

    /// <summary>What the level holds at the moment.</summary>
    public LevelState Observe()
    {
        lock (_lock)
        {
            var executing = new List<Turn>(Executing);
            for (var turn = _first; turn is not null; turn = turn.Next)
            {
                executing.Add(turn);
            }

            return new(
                [.. _queues.Select(static queue => new QueueState(queue.Index, [.. queue.Waiting], queue.Executing, queue.VirtualStart))], executing);
        }
    }

    // From here on the lock is held.
    private FlowQueue Choose(FlowSchema schema, in AccessRequest request)
    {
        Span<int> hand = stackalloc int[Math.Min(_settings.HandSize, _settings.Queues)];
        ShuffleSharding.Deal(schema.Name, schema.FlowOf(request), _settings.Queues, hand);
        var chosen = _queues[hand[0]];
        foreach (var index in hand[1..])
        {
            if (_queues[index] is var other && other.Waiting.Count + other.Executing < chosen.Waiting.Count + chosen.Executing)
            {
                chosen = other;
            }
        }

        return chosen;
    }

    private void Dispatch()
    {
        while (Waiting > 0 && (_settings.IsExempt || Executing < _settings.Seats))
        {
            FlowQueue? next = null;
            foreach (var queue in _queues)
            {
                if (queue.Waiting.Count > 0 && (next is null || queue.VirtualStart < next.VirtualStart))
                {
                    next = queue;
                }
            }

            var turn = next!.Waiting[0];
            next.Waiting.RemoveAt(0);
            Waiting--;
            _virtualTime = Math.Max(_virtualTime, next.VirtualStart);
            next.VirtualStart += Estimate;
            next.Executing++;
            Begin(turn, time.GetTimestamp());
            turn.Ready!.SetResult();
        }
    }

    private void Begin(Turn turn, long now)
    {
        Executing++;
        turn.Started = now;
        turn.Next = _first;
        _first?.Previous = turn;
        _first = turn;
        turn.Schema.Counts.Dispatched++;
        Tally.Dispatched++;
    }

    private void Refuse(Turn turn, string why)
    {
        turn.Refusal = why;
        turn.Schema.Counts.Refuse(why);
        switch (why)
        {
            case "time-out":
                Tally.TimedOut++;
                break;
            case "cancelled":
                Tally.Cancelled++;
                break;
            default:
                Tally.Rejected++;
                break;
        }
    }
}
