namespace Crescent.Grains.Resources;

/// <summary>Counts calls that are under way, until it is closed. Thread-safe, without locks.</summary>
internal sealed class DirectCalls
{
    private const long Closed = 1L << 40;

    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Calls under way; <see cref="Closed"/> on top of them since nobody may begin any more.</summary>
    private long _state;

    /// <summary>False when it is closed.</summary>
    public bool TryBegin()
    {
        if (Interlocked.Increment(ref _state) < Closed)
        {
            return true;
        }

        End();
        return false;
    }

    public void End()
    {
        if (Interlocked.Decrement(ref _state) == Closed)
        {
            _idle.TrySetResult();
        }
    }

    /// <summary>Nobody begins from now on. Completes when the last one has ended.</summary>
    public Task CloseAsync()
    {
        if (Interlocked.Or(ref _state, Closed) == 0)
        {
            _idle.TrySetResult();
        }

        return _idle.Task;
    }
}
