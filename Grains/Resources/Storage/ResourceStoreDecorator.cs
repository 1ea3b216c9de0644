using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Resources.Storage;

/// <summary>A store in front of another one: everything goes through to <see cref="Inner"/> but what a subclass does in its own way.</summary>
internal abstract class ResourceStoreDecorator(IResourceStore inner) : IResourceStore
{
    public bool IsShared => inner.IsShared;

    public virtual bool IsAnswering => inner.IsAnswering;

    protected IResourceStore Inner => inner;

    public Task EnsureSchemaAsync(CancellationToken cancellationToken) => inner.EnsureSchemaAsync(cancellationToken);

    public virtual ValueTask<StoredObject?> LoadAsync(ResourceKey key, CancellationToken cancellationToken) => inner.LoadAsync(key, cancellationToken);

    public ValueTask<ResourceVersion> FindDeletionAsync(ResourceKey key, ResourceVersion after, CancellationToken cancellationToken) =>
        inner.FindDeletionAsync(key, after, cancellationToken);

    public virtual Task<IReadOnlyList<StoredObject>> ReadPageAsync(
        ResourceType type, ResourceKey? after, int limit, CancellationToken cancellationToken) =>
        inner.ReadPageAsync(type, after, limit, cancellationToken);

    public virtual Task<IReadOnlyList<StoredChange>> ReadNewestChangesAsync(
        ResourceType type, ResourceVersion after, int limit, CancellationToken cancellationToken) =>
        inner.ReadNewestChangesAsync(type, after, limit, cancellationToken);

    public virtual Task<VersionBlock?> RaiseEpochAsync(ResourceType type, int blockSize, long? expected, CancellationToken cancellationToken) =>
        inner.RaiseEpochAsync(type, blockSize, expected, cancellationToken);

    public ValueTask<long> ReadEpochAsync(ResourceType type, CancellationToken cancellationToken) => inner.ReadEpochAsync(type, cancellationToken);

    public Task<VersionBlock?> ExtendAsync(ResourceType type, long epoch, int blockSize, CancellationToken cancellationToken) =>
        inner.ExtendAsync(type, epoch, blockSize, cancellationToken);

    public virtual Task<WriteOutcome[]> CommitAsync(IReadOnlyList<RowWrite> writes, CancellationToken cancellationToken) =>
        inner.CommitAsync(writes, cancellationToken);

    public Task PruneDeletionsAsync(ResourceType type, TimeSpan age, CancellationToken cancellationToken) =>
        inner.PruneDeletionsAsync(type, age, cancellationToken);
}
