using Crescent.Grains.Resources.Storage;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Testing.Resources;

/// <summary>A real store whose commits can be made to fail before or after they took effect, or to wait.</summary>
internal sealed class FaultyStore(IResourceStore inner) : IResourceStore
{
    /// <summary>Runs before each commit; may throw or wait.</summary>
    public Func<IReadOnlyList<RowWrite>, Task> BeforeCommit { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Runs after each commit, before its outcome is told; may throw or wait.</summary>
    public Func<IReadOnlyList<RowWrite>, Task> AfterCommit { get; set; } = static _ => Task.CompletedTask;

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

    public async Task<WriteOutcome[]> CommitAsync(IReadOnlyList<RowWrite> writes, CancellationToken cancellationToken)
    {
        await BeforeCommit(writes);
        var outcomes = await inner.CommitAsync(writes, cancellationToken);
        await AfterCommit(writes);
        return outcomes;
    }

    public Task PruneDeletionsAsync(ResourceType type, TimeSpan age, CancellationToken cancellationToken) =>
        inner.PruneDeletionsAsync(type, age, cancellationToken);
}
