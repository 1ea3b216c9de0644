using Crescent.Grains.Resources.Storage;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Chaos.Tests.Mutants;

/// <summary>A real store whose commits go through a hand that may spoil them.</summary>
internal sealed class MutantStore(IResourceStore inner, CommitHand hand) : IResourceStore
{
    public bool IsShared => inner.IsShared;

    public Task EnsureSchemaAsync(CancellationToken cancellationToken) => inner.EnsureSchemaAsync(cancellationToken);

    public ValueTask<StoredObject?> LoadAsync(ResourceKey key, CancellationToken cancellationToken) => inner.LoadAsync(key, cancellationToken);

    public Task<IReadOnlyList<StoredObject>> ReadPageAsync(
        ResourceType type, ResourceKey? after, int limit, CancellationToken cancellationToken) =>
        inner.ReadPageAsync(type, after, limit, cancellationToken);

    public Task<IReadOnlyList<StoredChange>> ReadNewestChangesAsync(
        ResourceType type, ResourceVersion after, int limit, CancellationToken cancellationToken) =>
        inner.ReadNewestChangesAsync(type, after, limit, cancellationToken);

    public Task<VersionBlock?> RaiseEpochAsync(ResourceType type, int blockSize, long? expected, CancellationToken cancellationToken) =>
        inner.RaiseEpochAsync(type, blockSize, expected, cancellationToken);

    public ValueTask<long> ReadEpochAsync(ResourceType type, CancellationToken cancellationToken) => inner.ReadEpochAsync(type, cancellationToken);

    public Task<VersionBlock?> ExtendAsync(ResourceType type, long epoch, int blockSize, CancellationToken cancellationToken) =>
        inner.ExtendAsync(type, epoch, blockSize, cancellationToken);

    public Task<WriteOutcome[]> CommitAsync(IReadOnlyList<RowWrite> writes, CancellationToken cancellationToken) => hand(inner, writes);

    public Task PruneDeletionsAsync(ResourceType type, TimeSpan age, CancellationToken cancellationToken) =>
        inner.PruneDeletionsAsync(type, age, cancellationToken);
}
