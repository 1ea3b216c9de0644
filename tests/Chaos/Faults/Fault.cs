using Crescent.Chaos.Clusters;

namespace Crescent.Chaos.Faults;

/// <summary>One way to make a cluster suffer. Running it ends when the cause is gone; the cluster may still have to recover.</summary>
/// <param name="Name">As named on the command line.</param>
/// <param name="Description">For the help text.</param>
/// <param name="IsPossible">Whether this cluster can be hurt this way.</param>
/// <param name="RunAsync">Returns the numbers of the servers that were hurt themselves (the others should have gone on), null for all.</param>
internal sealed record Fault(
    string Name, string Description, Func<ChaosCluster, bool> IsPossible, Func<FaultContext, Task<int[]?>> RunAsync);
