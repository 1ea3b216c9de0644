namespace Crescent.NodeAgent.Runtimes;

/// <summary>Limits and weights; 0 is no limit.</summary>
internal sealed record ContainerResources
{
    /// <summary>Limit in billionths of a core.</summary>
    public long NanoCpus { get; init; }

    /// <summary>Weight against other containers, 1024 per requested core.</summary>
    public long CpuShares { get; init; }

    public long MemoryBytes { get; init; }
    public int OomScoreAdjustment { get; init; }
}
