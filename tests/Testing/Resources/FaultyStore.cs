using Crescent.Grains.Resources.Storage;

namespace Crescent.Testing.Resources;

/// <summary>A real store whose commits can be made to fail before or after they took effect, or to wait.</summary>
internal sealed class FaultyStore(IResourceStore inner) : ResourceStoreDecorator(inner)
{
    /// <summary>Runs before each commit; may throw or wait.</summary>
    public Func<IReadOnlyList<RowWrite>, Task> BeforeCommit { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Runs after each commit, before its outcome is told; may throw or wait.</summary>
    public Func<IReadOnlyList<RowWrite>, Task> AfterCommit { get; set; } = static _ => Task.CompletedTask;

    public override async Task<WriteOutcome[]> CommitAsync(IReadOnlyList<RowWrite> writes, CancellationToken cancellationToken)
    {
        await BeforeCommit(writes);
        var outcomes = await Inner.CommitAsync(writes, cancellationToken);
        await AfterCommit(writes);
        return outcomes;
    }
}
