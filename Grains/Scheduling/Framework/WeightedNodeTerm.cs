using Crescent.Scheduling;

namespace Crescent.Grains.Scheduling.Framework;

/// <summary>A preferred node affinity term.</summary>
internal sealed record WeightedNodeTerm(int Weight, NodeSelectorTerm Term);
