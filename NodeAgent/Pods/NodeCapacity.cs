namespace Crescent.NodeAgent.Pods;

/// <summary>What pods of this node may use; known for good once the engine was asked.</summary>
internal sealed class NodeCapacity
{
    private volatile NodeAllowance _current = new(Environment.ProcessorCount, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, 0);

    public NodeAllowance Current
    {
        get => _current;
        set => _current = value;
    }
}
