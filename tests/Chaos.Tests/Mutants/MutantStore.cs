using Crescent.Grains.Resources.Storage;

namespace Crescent.Chaos.Tests.Mutants;

/// <summary>A real store whose commits go through a hand that may spoil them.</summary>
internal sealed class MutantStore(IResourceStore inner, CommitHand hand) : ResourceStoreDecorator(inner)
{
    public override Task<WriteOutcome[]> CommitAsync(IReadOnlyList<RowWrite> writes, CancellationToken cancellationToken) => hand(Inner, writes);
}
