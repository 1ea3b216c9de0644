namespace Crescent.NodeAgent.Probes;

/// <summary>Outcome of one probe.</summary>
internal readonly record struct ProbeResult(bool IsSuccess, string Message)
{
    public static ProbeResult Success { get; } = new(true, "");

    public static ProbeResult Failure(string message) => new(false, message);
}
