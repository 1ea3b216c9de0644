using Crescent.Grains.Resources.Storage;

namespace Crescent.Chaos.Tests.Mutants;

/// <summary>Stands between the writer and a store.</summary>
internal delegate Task<WriteOutcome[]> CommitHand(IResourceStore store, IReadOnlyList<RowWrite> writes);
