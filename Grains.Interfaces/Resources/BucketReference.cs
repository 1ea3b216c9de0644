namespace Crescent.Resources;

/// <summary>One bucket as the callers of a process see it.</summary>
/// <param name="grain">Reaches it wherever it is, and wakes it when it is nowhere.</param>
/// <param name="siblings">All of the process.</param>
internal sealed class BucketReference(IResourceBucketGrain grain, LocalBuckets siblings)
{
    private ILocalBucket? _active;

    public IResourceBucketGrain Grain => grain;

    /// <inheritdoc cref="LocalBuckets.Impatience" />
    public IImpatientReads? Impatience => siblings.Impatience;

    /// <summary>The bucket itself while it is in this process. One that has just gone may be found for a moment: it refuses every call.</summary>
    public ILocalBucket? Active => Volatile.Read(ref _active);

    public void Enter(ILocalBucket bucket) => Volatile.Write(ref _active, bucket);

    /// <summary>Unless a successor has taken its place.</summary>
    public void Leave(ILocalBucket bucket) => Interlocked.CompareExchange(ref _active, null, bucket);
}
