namespace Crescent.NodeAgent.Pods;

/// <summary>Keeps the last bytes of what is written to it.</summary>
internal sealed class TailStream(int capacity) : Stream
{
    private readonly byte[] _kept = new byte[capacity];
    private int _count;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _count;

    public override long Position
    {
        get => _count;
        set => throw new NotSupportedException();
    }

    public byte[] ToArray() => _kept[.._count];

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        var fresh = buffer.Length > capacity ? buffer[^capacity..] : buffer;
        var stay = Math.Min(_count, capacity - fresh.Length);
        _kept.AsSpan(_count - stay, stay).CopyTo(_kept);
        fresh.CopyTo(_kept.AsSpan(stay));
        _count = stay + fresh.Length;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer, offset, count);
        return Task.CompletedTask;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
