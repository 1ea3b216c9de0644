using Orleans.Concurrency;

namespace Crescent.Grains.Reconciling;

/// <summary>
/// Closes the gap between desired and observed state of one object. Implemented by one grain type per controller and addressed by
/// <see cref="GrainId"/>; the key is the controller's own, usually <c>ResourceKey.ToGrainKey()</c>.
/// </summary>
[Alias("reconciling.IReconcilerGrain")]
internal interface IReconcilerGrain : IGrainWithStringKey
{
    /// <summary>Says "look again". One-way: it may be lost, doubled or merged with others.</summary>
    [Alias("Nudge"), OneWay, AlwaysInterleave]
    Task NudgeAsync(Nudge nudge);

    /// <summary>The same, and tells what became of it: it returns when somebody has looked.</summary>
    /// <exception cref="SiloUnavailableException">Nobody has, or not to the end, since the silo stops.</exception>
    [Alias("Take"), AlwaysInterleave]
    Task TakeAsync(Nudge nudge);
}
