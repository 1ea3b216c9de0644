using System.Collections.Immutable;
using Crescent.Grains.Scheduling.Framework;

namespace Crescent.Grains.Scheduling.Preemption;

/// <summary>Where a pod would fit if these pods left.</summary>
/// <param name="NodeName">The node.</param>
/// <param name="Victims">Who has to go.</param>
/// <param name="Violations">Victims that a PodDisruptionBudget cannot spare.</param>
internal sealed record PreemptionPlan(string NodeName, ImmutableArray<PodInfo> Victims, int Violations);
