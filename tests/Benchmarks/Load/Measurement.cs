namespace Crescent.Benchmarks.Load;

/// <summary>One row of results; latencies in milliseconds.</summary>
internal sealed record Measurement(string Scenario, int Callers)
{
    public int Count { get; init; }
    public double Seconds { get; init; }
    public double PerSecond { get; init; }
    public double P50 { get; init; }
    public double P90 { get; init; }
    public double P99 { get; init; }

    /// <summary>CPU time of all server processes per operation.</summary>
    public double ServerCpuMicrosecondsEach { get; init; }

    /// <summary>Proportional set size of all server processes (shared pages counted once).</summary>
    public double ServerMegabytes { get; init; }

    /// <summary>What else is worth saying.</summary>
    public string Remark { get; init; } = "";
}
