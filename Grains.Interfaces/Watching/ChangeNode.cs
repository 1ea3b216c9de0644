using Crescent.Identity;

namespace Crescent.Watching;

/// <summary>
/// One applied batch in the change log: a linked list that grows at the tail. A reader holds only its node, so any number of readers
/// costs the writer nothing; what nobody can reach any more is collected.
/// </summary>
internal sealed class ChangeNode(ResourceChange[] changes, ResourceVersion through, long total, long totalBytes = 0)
{
    private readonly TaskCompletionSource<ChangeNode> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>In version order; may be empty (progress only).</summary>
    public ResourceChange[] Changes { get; } = changes;

    /// <summary>Everything up to here is in this node and those before it.</summary>
    public ResourceVersion Through { get; } = through;

    /// <summary>Changes appended to the log up to and including this node.</summary>
    public long Total { get; } = total;

    /// <summary>Bytes of bodies appended to the log up to and including this node.</summary>
    public long TotalBytes { get; } = totalBytes;

    /// <summary>The node after this one, as soon as there is one.</summary>
    public Task<ChangeNode> Next => _next.Task;

    public void SetNext(ChangeNode next) => _next.SetResult(next);
}
