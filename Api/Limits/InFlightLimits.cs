namespace Crescent.Api.Limits;

/// <summary>How many requests are served at once; priority levels divide their sum among themselves.</summary>
public sealed class InFlightLimits
{
    /// <summary>Share of reads in the sum; 400 as in Kubernetes (<c>--max-requests-inflight</c>).</summary>
    public int Reads { get; set; } = 400;

    /// <summary>Share of writes in the sum; 200 as in Kubernetes (<c>--max-mutating-requests-inflight</c>).</summary>
    public int Writes { get; set; } = 200;

    /// <summary>Longest wait before 429. Default 5 s: a burst passes unnoticed, and nobody waits until a client's timeout.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(5);
}
