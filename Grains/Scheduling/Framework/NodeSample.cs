namespace Crescent.Grains.Scheduling.Framework;

/// <summary>How many feasible nodes are enough: all of a small cluster, a falling share of a large one.</summary>
internal static class NodeSample
{
    private const int AlwaysAllBelow = 100;
    private const int SmallestPercentage = 5;

    /// <param name="nodeCount">Nodes of the cluster.</param>
    /// <param name="percentage">1–100 to fix the share; 0 for 50 % at 100 nodes falling to 5 %.</param>
    public static int Size(int nodeCount, int percentage = 0)
    {
        if (nodeCount < AlwaysAllBelow || percentage >= 100)
        {
            return nodeCount;
        }

        var share = percentage > 0 ? percentage : Math.Max(SmallestPercentage, 50 - (nodeCount / 125));
        return Math.Max(AlwaysAllBelow, nodeCount * share / 100);
    }
}
