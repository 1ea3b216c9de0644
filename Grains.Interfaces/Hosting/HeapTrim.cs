namespace Crescent.Hosting;

/// <summary>What to do about a heap that has gone quiet.</summary>
public enum HeapTrim
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Collect beside the work, without moving anything: the heap is large, and moving it would hold everybody up.</summary>
    Collect,

    /// <summary>Collect, move together what is left and give the rest back to the operating system. Everybody waits for some tens of milliseconds.</summary>
    Compact,
}
