using Crescent.Chaos.Clusters;

namespace Crescent.Chaos.Faults;

/// <summary>What a fault works with.</summary>
internal sealed record FaultContext(ChaosCluster Cluster, Random Random, TimeProvider Time, CancellationToken CancellationToken)
{
    public int AnySilo() => Random.Next(Cluster.Silos.Count);

    /// <summary>A random time within limits, in seconds.</summary>
    public Task WaitAsync(double least, double most) =>
        Task.Delay(TimeSpan.FromSeconds(least + (Random.NextDouble() * (most - least))), Time, CancellationToken);
}
