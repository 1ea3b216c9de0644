using System.Collections.Immutable;

namespace Crescent.Grains.Reconciling;

/// <summary>Asks a reconciler to look again, at a state that is at least as new as what caused the nudge.</summary>
[GenerateSerializer, Immutable, Alias("reconciling.Nudge")]
internal sealed class Nudge
{
    /// <summary>At most one version per type; empty when nothing particular happened (sweeps, timers).</summary>
    [Id(0)] public ImmutableArray<SeenVersion> Seen { get; init; } = [];

    /// <summary>Look again, no particular version.</summary>
    public static Nudge Plain { get; } = new();
}
