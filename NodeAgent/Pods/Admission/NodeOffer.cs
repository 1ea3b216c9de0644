using Crescent.Scheduling;

namespace Crescent.NodeAgent.Pods.Admission;

/// <summary>What a node has for pods.</summary>
/// <param name="Name">Of the node.</param>
/// <param name="Allocatable">For all pods together. A resource of a device that is not listed is not the node's to judge.</param>
/// <param name="Labels">Of its Node object; null while the agent has not seen that.</param>
internal sealed record NodeOffer(string Name, ResourceAmounts Allocatable, IReadOnlyDictionary<string, string>? Labels);
