using System.Collections.Immutable;
using Crescent.Grains.Scheduling.Framework;

namespace Crescent.Grains.Scheduling.Preemption;

/// <summary>Where a pod would fit if these pods left.</summary>
internal sealed record PreemptionPlan(string NodeName, ImmutableArray<PodInfo> Victims);
