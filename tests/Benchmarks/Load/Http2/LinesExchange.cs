namespace Crescent.Benchmarks.Load.Http2;

/// <summary>A request whose answer is taken line by line as it arrives, as that of a watch is.</summary>
internal sealed class LinesExchange(Action begun, Action<ReadOnlySpan<byte>> take) : Exchange
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[] _rest = [];
    private int _length;

    /// <summary>Completes when the server ends the answer.</summary>
    public Task Done => _done.Task;

    public override void Begin(AnswerHead head)
    {
        base.Begin(head);
        if (head.Status == 200)
        {
            begun();
        }
        else
        {
            Fail(new HttpRequestException($"{Method} {Path}: {head.Status}"));
        }
    }

    public override void Take(ReadOnlySpan<byte> data)
    {
        int end;
        while ((end = data.IndexOf((byte)'\n')) >= 0)
        {
            if (_length == 0)
            {
                take(data[..end]);
            }
            else
            {
                Keep(data[..end]);
                take(_rest.AsSpan(0, _length));
                _length = 0;
            }

            data = data[(end + 1)..];
        }

        Keep(data);
    }

    public override void End() => _done.TrySetResult();

    public override void Fail(Exception exception) => _done.TrySetException(exception);

    private void Keep(ReadOnlySpan<byte> data)
    {
        if (_length + data.Length > _rest.Length)
        {
            Array.Resize(ref _rest, Math.Max(_length + data.Length, _rest.Length * 2));
        }

        data.CopyTo(_rest.AsSpan(_length));
        _length += data.Length;
    }
}
