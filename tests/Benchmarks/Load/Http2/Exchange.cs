namespace Crescent.Benchmarks.Load.Http2;

/// <summary>One request and what becomes of it. The connection calls the methods on its thread, one at a time.</summary>
internal abstract class Exchange
{
    public required string Method { get; init; }

    public required string Path { get; init; }

    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Of the body; empty without one.</summary>
    public string ContentType { get; init; } = "";

    public bool AcceptsGzip { get; init; }

    /// <summary>Number of the stream, given by the connection.</summary>
    public int Id { get; set; }

    /// <summary>Bytes of the body the connection has sent.</summary>
    public int Sent { get; set; }

    /// <summary>Bytes the server still takes on this stream.</summary>
    public long SendWindow { get; set; }

    /// <summary>Bytes received since the server was told to send more.</summary>
    public int Uncredited { get; set; }

    public int Status { get; private set; }

    /// <summary>Seconds after which the server wants to be asked again.</summary>
    public long? RetryAfter { get; private set; }

    public virtual void Begin(AnswerHead head) => (Status, RetryAfter) = (head.Status, head.RetryAfter);

    public abstract void Take(ReadOnlySpan<byte> data);

    public abstract void End();

    public abstract void Fail(Exception exception);
}
