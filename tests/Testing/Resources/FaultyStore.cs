using Crescent.Grains.Resources.Storage;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Testing.Resources;

/// <summary>A real store whose commits can be made to fail before or after they took effect, or to wait, and that can be cut off from its database.</summary>
internal sealed class FaultyStore(IResourceStore inner) : ResourceStoreDecorator(inner)
{
    /// <summary>Runs before each commit; may throw or wait.</summary>
    public Func<IReadOnlyList<RowWrite>, Task> BeforeCommit { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Runs after each commit, before its outcome is told; may throw or wait.</summary>
    public Func<IReadOnlyList<RowWrite>, Task> AfterCommit { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Runs before a row is looked for; may throw or wait.</summary>
    public Func<ResourceKey, Task> BeforeLoad { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Runs when a row has been looked for.</summary>
    public Action<ResourceKey> AfterLoad { get; set; } = static _ => { };

    /// <summary>Cut off: known not to answer; nothing can be read or committed.</summary>
    public bool IsCutOff { get; set; }

    public override bool IsAnswering => !IsCutOff && base.IsAnswering;

    public override async ValueTask<StoredObject?> LoadAsync(ResourceKey key, CancellationToken cancellationToken)
    {
        if (IsCutOff)
        {
            throw new StorageUnavailableException("cut off");
        }

        await BeforeLoad(key);
        var row = await base.LoadAsync(key, cancellationToken);
        AfterLoad(key);
        return row;
    }

    public override Task<VersionBlock?> RaiseEpochAsync(ResourceType type, int blockSize, long? expected, CancellationToken cancellationToken) => IsCutOff
        ? throw new StorageUnavailableException("cut off")
        : base.RaiseEpochAsync(type, blockSize, expected, cancellationToken);

    public override async Task<WriteOutcome[]> CommitAsync(IReadOnlyList<RowWrite> writes, CancellationToken cancellationToken)
    {
        if (IsCutOff)
        {
            throw new StorageUnavailableException("cut off");
        }

        await BeforeCommit(writes);
        var outcomes = await Inner.CommitAsync(writes, cancellationToken);
        await AfterCommit(writes);
        return outcomes;
    }
}
