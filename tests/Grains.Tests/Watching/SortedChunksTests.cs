using Crescent.Watching;
using CsCheck;
using Set = Crescent.Watching.SortedChunks<Crescent.Watching.IndexEntry, Crescent.Watching.IndexEntry, Crescent.Watching.IndexEntry.Order>;

namespace Crescent.Grains.Tests.Watching;

public sealed class SortedChunksTests
{
    /// <summary>Random batches of sets and removals behave like a sorted set, and older versions stay as they were.</summary>
    [Fact]
    public void Apply_RandomBatches_BehavesLikeASortedSet() =>
        Gen.Select(Gen.Int[0, 2000], Gen.Bool).Array[0, 700].Array[1, 8].Sample(
            batches =>
            {
                var set = Set.Empty;
                var model = new SortedSet<IndexEntry>(Comparer<IndexEntry>.Create(IndexEntry.Order.Compare));
                foreach (var batch in batches)
                {
                    var before = set;
                    var beforeItems = before.All().ToArray();
                    var edits = batch.DistinctBy(edit => edit.Item1).Select(edit => new Set.Edit(Entry(edit.Item1), edit.Item2))
                        .OrderBy(edit => edit.Item, Comparer<IndexEntry>.Create(IndexEntry.Order.Compare)).ToArray();
                    set = set.Apply(edits);
                    foreach (var edit in edits)
                    {
                        _ = edit.IsRemoval ? model.Remove(edit.Item) : model.Add(edit.Item);
                    }

                    Assert.Equal(model, set.All());
                    Assert.Equal(model.Count, set.Count);
                    Assert.Equal(beforeItems, before.All());
                    var from = Entry(1000);
                    Assert.Equal(model.Where(item => IndexEntry.Order.Compare(item, from) >= 0), set.From(from));
                    Assert.Equal(model.Contains(from), set.TryGet(from, out _));
                }
            },
            iter: 60);

    private static IndexEntry Entry(int number) => new($"v{number % 7}", new("ns", $"n{number:D5}"));
}
