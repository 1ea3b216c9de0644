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
}
