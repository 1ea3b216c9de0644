using Crescent.Resources;

namespace Crescent.Grains.Resources;

/// <summary>How a write ended.</summary>
/// <param name="Status">What happened.</param>
/// <param name="Snapshot">The committed state; when unavailable the state that may have been committed, if it got that far.</param>
/// <param name="Problem">For people; only when unavailable.</param>
/// <param name="IsUntouched">When unavailable: certainly nothing was stored.</param>
internal readonly record struct WriteResult(WriteStatus Status, ResourceSnapshot? Snapshot = null, string? Problem = null, bool IsUntouched = false)
{
    /// <summary>What a client is told; only when unavailable.</summary>
    public ResourceError ToError() => IsUntouched ? ResourceErrors.Unavailable(Problem!) : ResourceErrors.Unconfirmed(Problem!);
}
