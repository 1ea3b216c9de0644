using Crescent.Chaos.Clusters;
using Crescent.Chaos.Faults;
using Crescent.Chaos.Workload;

namespace Crescent.Chaos.Running;

/// <summary>A whole run.</summary>
internal sealed record RunOptions
{
    public required ClusterOptions Cluster { get; init; }

    public required TimeSpan Duration { get; init; }

    public required int Seed { get; init; }

    /// <summary>Chosen from at random; those the cluster cannot suffer are left out.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = FaultCatalog.All;

    /// <summary>Length of a round, after which the history so far is checked. Default 40 s.</summary>
    public TimeSpan Round { get; init; } = TimeSpan.FromSeconds(40);

    public WorkloadOptions Workload { get; init; } = new();

    /// <summary>Longest a request may take before the client calls its outcome unknown. Default 15 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(15);
}
