namespace Crescent.NodeAgent.Runtimes;

/// <summary>What part of a log to read.</summary>
internal sealed record LogRequest
{
    public bool Follow { get; init; }
    public bool Timestamps { get; init; }

    /// <summary>Only the last lines; null is all of them.</summary>
    public long? TailLines { get; init; }

    public DateTimeOffset? Since { get; init; }

    /// <summary>Ends after so many bytes.</summary>
    public long? LimitBytes { get; init; }
}
