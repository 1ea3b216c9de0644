namespace Crescent.Benchmarks.Load.Http2;

/// <summary>
/// A request whose whole answer is waited for. Whoever awaits it goes on upon the connection's thread: a caller that sends its next
/// request then costs no change of threads, and requests of many callers leave together.
/// </summary>
internal sealed class CallExchange : Exchange
{
    private readonly TaskCompletionSource<int> _done = new();
    private byte[] _answer = [];
    private int _length;

    /// <summary>The answer's bytes are counted and not kept.</summary>
    public bool IsCounted { get; init; }

    /// <summary>Bytes of the answer's body.</summary>
    public long Length { get; private set; }

    /// <summary>The status.</summary>
    public Task<int> Done => _done.Task;

    /// <summary>The answer's body.</summary>
    public byte[] Answer
    {
        get
        {
            if (_answer.Length != _length)
            {
                Array.Resize(ref _answer, _length);
            }

            return _answer;
        }
    }

    public override void Begin(AnswerHead head)
    {
        base.Begin(head);
        if (head.Length is { } length and > 0 && !IsCounted)
        {
            _answer = new byte[length];
        }
    }

    public override void Take(ReadOnlySpan<byte> data)
    {
        Length += data.Length;
        if (IsCounted && Status < 300)
        {
            return;
        }

        if (_length + data.Length > _answer.Length)
        {
            Array.Resize(ref _answer, Math.Max(_length + data.Length, _answer.Length * 2));
        }

        data.CopyTo(_answer.AsSpan(_length));
        _length += data.Length;
    }

    public override void End() => _done.TrySetResult(Status);

    public override void Fail(Exception exception) => _done.TrySetException(exception);
}
