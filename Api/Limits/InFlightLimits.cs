namespace Crescent.Api.Limits;

/// <summary>How many requests are served at once.</summary>
public sealed class InFlightLimits
{
    /// <summary>Reads served at once; 400 as in Kubernetes (<c>--max-requests-inflight</c>).</summary>
    public int Reads { get; set; } = 400;

    /// <summary>Writes served at once; 200 as in Kubernetes (<c>--max-mutating-requests-inflight</c>).</summary>
    public int Writes { get; set; } = 200;

    /// <summary>Requests of each sort that may wait for their turn. Default 4,000: some seconds of work for a small machine.</summary>
    public int Queue { get; set; } = 4000;

    /// <summary>Longest wait before 429. Default 5 s: a burst passes unnoticed, and nobody waits until a client's timeout.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(5);
}
