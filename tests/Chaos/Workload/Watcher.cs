using Crescent.Chaos.History;

namespace Crescent.Chaos.Workload;

/// <summary>
/// Lists, watches, and when the connection ends resumes from the last version, mostly on another server. A version that the server has
/// forgotten makes it list again.
/// </summary>
internal sealed class Watcher(
    int number, IReadOnlyList<IObjectApi> servers, WorkloadOptions options, HistoryRecorder recorder, TimeProvider time, int seed)
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(150);

    private readonly Random _random = new(seed);
    private readonly List<WatchEvent> _events = [];
    private IReadOnlyList<ObjectState> _initial = [];
    private long _start;
    private long _position;
    private int _session;

    /// <summary>Version it was asked to reach before it ends; 0 while not asked.</summary>
    private long _goal;

    public long Position => Volatile.Read(ref _position);

    public int Relists { get; private set; }

    /// <summary>Makes the watcher end once it has seen everything up to this version.</summary>
    public void FinishAt(long version) => Volatile.Write(ref _goal, version);

    /// <param name="giveUp">Ends the watcher wherever it is.</param>
    public async Task RunAsync(CancellationToken giveUp)
    {
        try
        {
            await ListAsync(giveUp);
            while (!IsDone())
            {
                if (await WatchAsync(giveUp))
                {
                    recorder.Add(Segment(isLast: false));
                    Relists++;
                    await ListAsync(giveUp);
                }
            }
        }
        catch (OperationCanceledException) when (giveUp.IsCancellationRequested)
        {
            // Where it is shows in its last segment.
        }

        if (_start > 0)
        {
            recorder.Add(Segment(isLast: true));
        }
    }

    private bool IsDone() => Volatile.Read(ref _goal) is > 0 and var goal && _position >= goal;

    private async Task ListAsync(CancellationToken giveUp)
    {
        while (true)
        {
            var answer = await Server().ListAsync(giveUp);
            if (answer.Outcome == OperationOutcome.Succeeded)
            {
                (_initial, _start) = (answer.Items, answer.ListVersion);
                Volatile.Write(ref _position, answer.ListVersion);
                _events.Clear();
                return;
            }

            await Task.Delay(PauseAfterFailure, time, giveUp);
        }
    }

    /// <returns>Whether the version has expired.</returns>
    private async Task<bool> WatchAsync(CancellationToken giveUp)
    {
        _session++;
        using var life = CancellationTokenSource.CreateLinkedTokenSource(giveUp);
        life.CancelAfter(options.MaxWatch * _random.NextDouble());
        var hasSeen = false;
        try
        {
            await foreach (var frame in Server().WatchAsync(_position, life.Token))
            {
                hasSeen = true;
                if (frame.IsExpired)
                {
                    return true;
                }

                Take(frame);
                if (IsDone())
                {
                    return false;
                }
            }
        }
        catch (OperationCanceledException) when (!giveUp.IsCancellationRequested)
        {
            return false;
        }

        if (!hasSeen)
        {
            await Task.Delay(PauseAfterFailure, time, giveUp);
        }

        return false;
    }

    private void Take(WatchFrame frame)
    {
        if (frame is { Kind: { } kind, State: { } state })
        {
            _events.Add(new(kind, state, _session));
            Volatile.Write(ref _position, Math.Max(_position, state.Version));
        }
        else
        {
            Volatile.Write(ref _position, Math.Max(_position, frame.Bookmark));
        }
    }

    private IObjectApi Server() => servers[_random.Next(servers.Count)];

    private WatchSegment Segment(bool isLast) => new()
    {
        Watcher = number, Start = _start, Initial = _initial, Events = [.. _events], Through = _position, IsLast = isLast,
    };
}
