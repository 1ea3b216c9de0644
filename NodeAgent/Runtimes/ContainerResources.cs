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

    /// <summary>What can be changed while a container runs.</summary>
    public bool IsSameSizeAs(ContainerResources other) => IsSameCpuAs(other) && MemoryBytes == other.MemoryBytes;

    public bool IsSameCpuAs(ContainerResources other) => NanoCpus == other.NanoCpus && CpuShares == other.CpuShares;
}
