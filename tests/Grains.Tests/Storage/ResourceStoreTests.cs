using System.Text;
using Crescent.Grains.Resources.Storage;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Testing.Resources;
using CsCheck;

namespace Crescent.Grains.Tests.Storage;

/// <summary>What every store must do; run against each.</summary>
public abstract class ResourceStoreTests(StoreKind kind, TestDatabase database) : IAsyncLifetime
{
    private static readonly ResourceType Type = KnownTypes.ConfigMaps;
    private StoreOptions _options = null!;
    private IResourceStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _options = await database.CreateAsync(kind);
        _store = ResourceStores.Open(_options);
        await _store.EnsureSchemaAsync(CancellationToken.None);
    }

    public ValueTask DisposeAsync() => ResourceStores.CloseAsync(_store);

    [Fact]
    public async Task EnsureSchema_ManyAtOnce_CreatesItOnce()
    {
        var options = await database.CreateAsync(kind);
        var stores = Enumerable.Range(0, 4).Select(_ => ResourceStores.Open(options)).ToArray();

        await Task.WhenAll(stores.Select(store => store.EnsureSchemaAsync(Token)));

        foreach (var store in stores)
        {
            await ResourceStores.CloseAsync(store);
        }
    }

    [Fact]
    public async Task RaiseEpoch_Repeated_NeverHandsOutAVersionTwice()
    {
        var first = (await _store.RaiseEpochAsync(Type, 100, null, Token))!.Value;
        var extended = (await _store.ExtendAsync(Type, first.Epoch, 50, Token))!.Value;
        var second = (await _store.RaiseEpochAsync(Type, 100, null, Token))!.Value;

        Assert.Equal((1L, 1L, 100L), (first.Epoch, first.First.Value, first.Last.Value));
        Assert.Equal((1L, 101L, 150L), (extended.Epoch, extended.First.Value, extended.Last.Value));
        Assert.Equal((2L, 151L, 250L), (second.Epoch, second.First.Value, second.Last.Value));
        Assert.Equal(2, await _store.ReadEpochAsync(Type, Token));
    }

    [Fact]
    public async Task RaiseEpoch_ExpectedEpochIsOver_DoesNothing()
    {
        await _store.RaiseEpochAsync(Type, 10, null, Token);
        await _store.RaiseEpochAsync(Type, 10, null, Token);

        Assert.Null(await _store.RaiseEpochAsync(Type, 0, 1, Token));
        Assert.Null(await _store.ExtendAsync(Type, 1, 10, Token));
        Assert.Equal(3, (await _store.RaiseEpochAsync(Type, 0, 2, Token))!.Value.Epoch);
    }

    [Fact]
    public async Task Commit_OlderEpoch_IsFencedAndWritesNothing()
    {
        await _store.RaiseEpochAsync(Type, 10, null, Token);
        await _store.RaiseEpochAsync(Type, 10, null, Token);

        var outcomes = await _store.CommitAsync([Write("a", 11, epoch: 1)], Token);

        Assert.Equal([WriteOutcome.Fenced], outcomes);
        Assert.Null(await _store.LoadAsync(Key("a"), Token));
    }

    [Fact]
    public async Task Commit_MixedBatch_JudgesEachWriteAlone()
    {
        await _store.RaiseEpochAsync(Type, 100, null, Token);
        await _store.RaiseEpochAsync(KnownTypes.Pods, 100, null, Token);
        await _store.CommitAsync([Write("updated", 1), Write("deleted", 2), Write("contended", 3)], Token);

        var outcomes = await _store.CommitAsync(
            [
                Write("created", 4),
                Write("updated", 5, expected: 1),
                Write("deleted", 6, expected: 2, isDeletion: true),
                Write("contended", 7, expected: 99),
                Write("contended", 8),
                Write("absent", 9, expected: 1, isDeletion: true),
                Write("pod", 1, epoch: 7, type: KnownTypes.Pods),
            ],
            Token);

        Assert.Equal(
            [
                WriteOutcome.Committed, WriteOutcome.Committed, WriteOutcome.Committed, WriteOutcome.Conflict, WriteOutcome.Conflict,
                WriteOutcome.Conflict, WriteOutcome.Fenced,
            ],
            outcomes);
        Assert.Equal(4, (await _store.LoadAsync(Key("created"), Token))!.Value.Version.Value);
        Assert.Equal(5, (await _store.LoadAsync(Key("updated"), Token))!.Value.Version.Value);
        Assert.Null(await _store.LoadAsync(Key("deleted"), Token));
        Assert.Equal(3, (await _store.LoadAsync(Key("contended"), Token))!.Value.Version.Value);
    }

    [Fact]
    public async Task FindDeletion_OfAnObject_IsItsNewestAfterTheGivenVersion()
    {
        await _store.RaiseEpochAsync(Type, 100, null, Token);
        await _store.CommitAsync([Write("gone", 1), Write("other", 2)], Token);
        await _store.CommitAsync([Write("gone", 3, expected: 1, isDeletion: true), Write("other", 4, expected: 2, isDeletion: true)], Token);
        await _store.CommitAsync([Write("gone", 5)], Token);
        await _store.CommitAsync([Write("gone", 6, expected: 5, isDeletion: true)], Token);

        Assert.Equal(6, (await _store.FindDeletionAsync(Key("gone"), ResourceVersion.None, Token)).Value);
        Assert.Equal(6, (await _store.FindDeletionAsync(Key("gone"), new(5), Token)).Value);
        Assert.Equal(ResourceVersion.None, await _store.FindDeletionAsync(Key("gone"), new(6), Token));
        Assert.Equal(4, (await _store.FindDeletionAsync(Key("other"), ResourceVersion.None, Token)).Value);
        Assert.Equal(ResourceVersion.None, await _store.FindDeletionAsync(Key("never"), ResourceVersion.None, Token));
    }

    [Fact]
    public async Task Load_CommittedBody_ComesBackByteForByte()
    {
        await _store.RaiseEpochAsync(Type, 10, null, Token);
        var write = Write("a", 1, labels: ("app", "wörter \"quoted\""));

        await _store.CommitAsync([write], Token);

        Assert.Equal(write.Snapshot.Body, (await _store.LoadAsync(Key("a"), Token))!.Value.Body);
    }

    [Fact]
    public async Task ReadNewestChanges_AfterCommits_FindsRowsAndDeletionsInVersionOrder()
    {
        await _store.RaiseEpochAsync(Type, 100, null, Token);
        await _store.CommitAsync([Write("a", 1), Write("b", 2), Write("c", 3)], Token);
        await _store.CommitAsync([Write("a", 4, expected: 1), Write("b", 5, expected: 2, isDeletion: true)], Token);

        var all = await _store.ReadNewestChangesAsync(Type, ResourceVersion.None, 100, Token);
        var newest = await _store.ReadNewestChangesAsync(Type, new(3), 1, Token);

        Assert.Equal([("c", 3L, false), ("a", 4L, false), ("b", 5L, true)], all.Select(Describe));
        Assert.Equal([("b", 5L, true)], newest.Select(Describe));
    }

    [Fact]
    public async Task PruneDeletions_OldOnes_AreForgottenAndTheMarkMoves()
    {
        await _store.RaiseEpochAsync(Type, 100, null, Token);
        await _store.CommitAsync([Write("a", 1)], Token);
        await _store.CommitAsync([Write("a", 2, expected: 1, isDeletion: true)], Token);

        await _store.PruneDeletionsAsync(Type, TimeSpan.FromHours(1), Token);
        Assert.Single(await _store.ReadNewestChangesAsync(Type, ResourceVersion.None, 10, Token));

        await _store.PruneDeletionsAsync(Type, TimeSpan.FromHours(-1), Token);
        Assert.Empty(await _store.ReadNewestChangesAsync(Type, ResourceVersion.None, 10, Token));
        Assert.Equal(2, (await _store.RaiseEpochAsync(Type, 1, null, Token))!.Value.PrunedThrough.Value);
    }

    [Fact]
    public async Task ReadPage_ManyObjects_PagesInKeyOrder()
    {
        await _store.RaiseEpochAsync(Type, 100, null, Token);
        string[] names = ["a", "a-b", "a.b", "ab", "b", "z0"];
        await _store.CommitAsync([.. names.Reverse().Select((name, index) => Write(name, index + 1))], Token);

        var read = new List<string>();
        ResourceKey? after = null;
        while (true)
        {
            var page = await _store.ReadPageAsync(Type, after, 4, Token);
            read.AddRange(page.Select(item => item.Key.Name));
            if (page.Count < 4)
            {
                break;
            }

            after = page[^1].Key;
        }

        Assert.Equal(names.Order(StringComparer.Ordinal), read);
    }

    /// <summary>Random batches against a dictionary; the rows must be what the dictionary says, whatever was refused.</summary>
    [Fact]
    public async Task Commit_RandomBatches_AgreesWithAModel()
    {
        await _store.RaiseEpochAsync(Type, 1_000_000, null, Token);
        var model = new Dictionary<string, long>(StringComparer.Ordinal);
        long version = 0;
        var operations = Gen.Select(Gen.Int[0, 7], Gen.Int[0, 3]).Array[1, 12];

        await operations.SampleAsync(
            async batch =>
            {
                var expected = new List<WriteOutcome>();
                var writes = new List<RowWrite>();
                foreach (var (number, operation) in batch.DistinctBy(item => item.Item1))
                {
                    var name = $"n{number}";
                    var current = model.GetValueOrDefault(name);
                    var known = operation == 3 ? current + 1_000_000 : operation == 0 ? 0 : current;
                    var isDeletion = operation == 2 && known != 0;
                    writes.Add(Write(name, ++version, expected: known, isDeletion: isDeletion));
                    expected.Add(known == current ? WriteOutcome.Committed : WriteOutcome.Conflict);
                    if (known == current)
                    {
                        model[name] = isDeletion ? 0 : version;
                    }
                }

                Assert.Equal(expected, await _store.CommitAsync(writes, CancellationToken.None));
                var rows = await _store.ReadPageAsync(Type, null, 100, CancellationToken.None);
                Assert.Equal(
                    model.Where(item => item.Value != 0).OrderBy(item => item.Key, StringComparer.Ordinal).Select(item => (item.Key, item.Value)),
                    rows.Select(row => (row.Key.Name, row.Version.Value)));
            },
            iter: 60,
            threads: 1);
    }

    /// <summary>Whatever the old epoch committed is there when the raise returns, and nothing of it comes later.</summary>
    [Fact]
    public async Task RaiseEpoch_WhileWritersCommit_DrawsALine()
    {
        var block = (await _store.RaiseEpochAsync(Type, 100_000, null, Token))!.Value;
        var acknowledged = 0L;
        using var committed = new SemaphoreSlim(0);
        long version = 0;
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(
            async () =>
            {
                for (var number = 0; ; number++)
                {
                    var outcome = await _store.CommitAsync([Write($"w{writer}-{number}", Interlocked.Increment(ref version))], Token);
                    if (outcome[0] != WriteOutcome.Committed)
                    {
                        return;
                    }

                    Interlocked.Increment(ref acknowledged);
                    committed.Release();
                }
            },
            Token)).ToArray();
        for (var number = 0; number < 20; number++)
        {
            await committed.WaitAsync(Token);
        }

        await _store.RaiseEpochAsync(Type, 0, block.Epoch, Token);
        var atRaise = (await _store.ReadNewestChangesAsync(Type, ResourceVersion.None, int.MaxValue, Token)).Count;
        await Task.WhenAll(writers);

        Assert.Equal(atRaise, (await _store.ReadNewestChangesAsync(Type, ResourceVersion.None, int.MaxValue, Token)).Count);
        Assert.Equal(atRaise, acknowledged);
    }

    private static (string Name, long Version, bool IsDeletion) Describe(StoredChange change) =>
        (change.Object.Key.Name, change.Object.Version.Value, change.IsDeletion);

    private static ResourceKey Key(string name, ResourceType? type = null) => new(type ?? Type, "default", name);

    private static RowWrite Write(
        string name,
        long version,
        long expected = 0,
        bool isDeletion = false,
        long epoch = 1,
        ResourceType? type = null,
        (string Key, string Value)? labels = null) => new(
        epoch,
        new(expected),
        new()
        {
            Key = Key(name, type), Uid = $"uid-{name}", Version = new(version),
            Body = Encoding.UTF8.GetBytes($$"""{"metadata":{"name":"{{name}}","resourceVersion":"{{version}}"},"text":"äöü\u0000"}"""),
            Labels = labels is { } label ? TextMap.Empty.With(label.Key, label.Value) : TextMap.Empty,
            OwnerUids = ["o1"],
        },
        isDeletion);
}

public sealed class SqliteResourceStoreTests(TestDatabase database) : ResourceStoreTests(StoreKind.Sqlite, database);

public sealed class PostgresResourceStoreTests(TestDatabase database) : ResourceStoreTests(StoreKind.Postgres, database);
