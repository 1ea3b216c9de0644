using Crescent.Watching;

namespace Crescent.Grains.Reconciling;

/// <summary>
/// Which reconcilers care about a change, and which keys there are. Registered once per controller; quick, stateless, never throws for
/// what users may store.
/// </summary>
internal interface IController
{
    /// <summary>Grain type of the controller's <see cref="IReconcilerGrain"/>.</summary>
    GrainType GrainType { get; }

    /// <summary>Adds the keys to nudge after <paramref name="change"/>. The caches may not have the change yet.</summary>
    void Route(ResourceChange change, NudgeBatch nudges);

    /// <summary>Adds all keys that may need a look: nudges can be lost with a silo.</summary>
    ValueTask SweepAsync(NudgeBatch nudges, CancellationToken cancellationToken);
}
