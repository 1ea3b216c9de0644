namespace Crescent.NodeAgent.Probes;

/// <summary>What the probes of one running container say so far.</summary>
internal sealed record ProbeOutcome
{
    public static ProbeOutcome Unknown { get; } = new();

    /// <summary>The startup probe has succeeded.</summary>
    public bool IsStarted { get; init; }

    /// <summary>The readiness probe succeeds.</summary>
    public bool IsReady { get; init; }

    /// <summary><c>liveness</c> or <c>startup</c> once that probe has failed for good, else empty.</summary>
    public string FailedProbe { get; init; } = "";

    /// <summary>Grace period the failed probe asks for.</summary>
    public long? GraceSeconds { get; init; }
}
