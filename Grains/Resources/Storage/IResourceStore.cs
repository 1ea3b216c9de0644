using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Resources.Storage;

/// <summary>
/// The database behind the resource grains: one row per object, one per recent deletion, one per type with its epoch.
/// Every method throws <see cref="StorageUnavailableException"/> when the database cannot be reached or refuses to work; after a failed
/// <see cref="CommitAsync"/> the outcome is unknown until the epoch is raised.
/// </summary>
internal interface IResourceStore
{
    /// <summary>Whether other silos may use the same database; then an activation cannot be sure to be the only one.</summary>
    bool IsShared { get; }

    /// <summary>
    /// False while the database is known not to answer this silo. Others may reach it: what needs it and need not stay here is better off there.
    /// </summary>
    bool IsAnswering => true;

    /// <summary>Creates or migrates the schema. Any number of silos may do this at once.</summary>
    Task EnsureSchemaAsync(CancellationToken cancellationToken);

    /// <summary>The object's row, or null.</summary>
    ValueTask<StoredObject?> LoadAsync(ResourceKey key, CancellationToken cancellationToken);

    /// <summary>Version of the newest remembered deletion of the object after <paramref name="after"/>; none when there is none.</summary>
    ValueTask<ResourceVersion> FindDeletionAsync(ResourceKey key, ResourceVersion after, CancellationToken cancellationToken);

    /// <summary>Rows in key order after <paramref name="after"/>, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<StoredObject>> ReadPageAsync(ResourceType type, ResourceKey? after, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// The newest change of each object, and the remembered deletions, with versions after <paramref name="after"/>; of these the
    /// <paramref name="limit"/> newest, in version order.
    /// </summary>
    Task<IReadOnlyList<StoredChange>> ReadNewestChangesAsync(
        ResourceType type, ResourceVersion after, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Starts a new epoch and takes a block of <paramref name="blockSize"/> (may be 0) versions above all taken before. Waits for
    /// transactions of the epoch before, so that afterwards everything they committed can be read and nothing of theirs can be
    /// committed any more. Null when <paramref name="expected"/> is given and is not the current epoch; then nothing happened.
    /// </summary>
    Task<VersionBlock?> RaiseEpochAsync(ResourceType type, int blockSize, long? expected, CancellationToken cancellationToken);

    /// <summary>The type's current epoch; 0 before the first.</summary>
    ValueTask<long> ReadEpochAsync(ResourceType type, CancellationToken cancellationToken);

    /// <summary>Takes the next block within <paramref name="epoch"/>; null when a newer epoch has begun.</summary>
    Task<VersionBlock?> ExtendAsync(ResourceType type, long epoch, int blockSize, CancellationToken cancellationToken);

    /// <summary>
    /// One durable transaction: each write happens if its row is still at the expected version and its epoch is the type's current one.
    /// Outcomes are in the order of <paramref name="writes"/>; refused writes do not stop the others.
    /// </summary>
    Task<WriteOutcome[]> CommitAsync(IReadOnlyList<RowWrite> writes, CancellationToken cancellationToken);

    /// <summary>Forgets deletions older than <paramref name="age"/>.</summary>
    Task PruneDeletionsAsync(ResourceType type, TimeSpan age, CancellationToken cancellationToken);
}
