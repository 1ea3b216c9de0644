using Orleans.Concurrency;

namespace Crescent.Grains.Reconciling;

/// <summary>Nudges all keys of one controller, at once and then periodically. Keyed by the controller's grain type.</summary>
[Alias("reconciling.ISweepGrain")]
internal interface ISweepGrain : IGrainWithStringKey
{
    /// <summary>Makes sure the periodic sweep runs; sweeps at once when this activation has not swept yet.</summary>
    [Alias("Ensure"), OneWay]
    Task EnsureAsync();

    /// <summary>Sweeps now.</summary>
    /// <exception cref="SiloUnavailableException">It has not, or not to the end; it is to be asked again.</exception>
    [Alias("Sweep")]
    Task SweepAsync();
}
