using System.Collections.Concurrent;
using System.Text;
using Crescent.Grains.Resources.Storage;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Testing.Databases;
using Crescent.Testing.Resources;
using CsCheck;

namespace Crescent.Chaos.Tests.Properties;

/// <summary>Both stores against a dictionary: one caller with any sequence of calls, and many callers at once.</summary>
public sealed class StoreProperties : IAsyncLifetime
{
    private static readonly Gen<Step> Steps = Gen.Frequency(
        (1, Gen.Bool.Select(isStale => new Step(isStale ? StepKind.RaiseStale : StepKind.Raise, []))),
        (1, Gen.Bool.Select(isStale => new Step(isStale ? StepKind.ExtendStale : StepKind.Extend, []))),
        (6, Gen.Select(Gen.Int[0, 4], Gen.Int[0, 9], Gen.Bool, Gen.Int[0, 9])
            .Select((name, expected, isDeletion, epoch) => new Change(name, Expected: expected < 7, isDeletion, Current: epoch < 9))
            .Array[1, 4].Select(changes => new Step(StepKind.Commit, [.. changes.DistinctBy(change => change.Name)]))));

    private readonly string _directory = Directory.CreateTempSubdirectory("crescent-properties-").FullName;
    private PostgresServer? _server;
    private int _stores;

    public static TheoryData<StoreKind> Kinds => [StoreKind.Sqlite, StoreKind.Postgres];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Kinds))]
    public async Task Store_AnySequence_DoesWhatADictionaryDoes(StoreKind kind)
    {
        var store = await OpenAsync(kind);
        var types = 0;
        await Steps.Array[1, 25].SampleAsync(
            async steps => await CompareAsync(store, new("", $"t{Interlocked.Increment(ref types)}"), steps), iter: 60, threads: 4);
        await ResourceStores.CloseAsync(store);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Store_ManyWriters_EachVersionIsReplacedOnce(StoreKind kind)
    {
        var store = await OpenAsync(kind);
        var key = new ResourceKey(KnownTypes.ConfigMaps, "n", "a");
        var block = (await store.RaiseEpochAsync(key.Type, 100_000, null, Token))!.Value;
        var next = block.First.Value;
        var replaced = new ConcurrentDictionary<long, long>();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            for (var round = 0; round < 40; round++)
            {
                var before = (await store.LoadAsync(key, Token))?.Version ?? ResourceVersion.None;
                var version = Interlocked.Increment(ref next);
                var outcomes = await store.CommitAsync([Write(key, version, block.Epoch, before, isDeletion: round % 5 == 4 && before != ResourceVersion.None)], Token);
                if (outcomes[0] == WriteOutcome.Committed && before != ResourceVersion.None)
                {
                    Assert.True(replaced.TryAdd(before.Value, version), $"{before} was replaced by {replaced[before.Value]} and {version}");
                }
            }
        }));

        var last = await store.LoadAsync(key, Token);
        Assert.False(last is { } row && replaced.ContainsKey(row.Version.Value));
        Assert.NotEmpty(replaced);
        await ResourceStores.CloseAsync(store);
    }

    public async ValueTask InitializeAsync() => _server = PostgresServer.IsInstalled ? await PostgresServer.StartAsync() : null;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    private static async Task CompareAsync(IResourceStore store, ResourceType type, Step[] steps)
    {
        var rows = new Dictionary<ResourceKey, long>();
        var deletions = new Dictionary<long, ResourceKey>();
        var first = (await store.RaiseEpochAsync(type, 1000, null, Token))!.Value;
        var (epoch, version, reserved) = (first.Epoch, first.First.Value, first.Last.Value);
        foreach (var step in steps)
        {
            switch (step.Kind)
            {
                case StepKind.Raise or StepKind.RaiseStale:
                    var raised = await store.RaiseEpochAsync(type, 100, step.Kind == StepKind.Raise ? epoch : epoch - 1, Token);
                    Assert.Equal(step.Kind == StepKind.Raise ? (epoch + 1, reserved + 100) : null, Shape(raised));
                    (epoch, reserved) = Shape(raised) ?? (epoch, reserved);
                    break;
                case StepKind.Extend or StepKind.ExtendStale:
                    var extended = await store.ExtendAsync(type, step.Kind == StepKind.Extend ? epoch : epoch + 1, 100, Token);
                    Assert.Equal(step.Kind == StepKind.Extend ? (epoch, reserved + 100) : null, Shape(extended));
                    (epoch, reserved) = Shape(extended) ?? (epoch, reserved);
                    break;
                default:
                    var writes = new List<RowWrite>();
                    var expected = new List<WriteOutcome>();
                    foreach (var change in step.Changes)
                    {
                        var key = new ResourceKey(type, "n", $"o{change.Name}");
                        var now = rows.GetValueOrDefault(key);
                        var isDeletion = change.IsDeletion && now != 0;
                        var claimed = change.Expected ? now : now == 0 ? 1 : 0;
                        var write = Write(key, ++version, change.Current ? epoch : epoch - 1, new(claimed), isDeletion && claimed != 0);
                        writes.Add(write);
                        var outcome = !change.Current ? WriteOutcome.Fenced : claimed == now ? WriteOutcome.Committed : WriteOutcome.Conflict;
                        expected.Add(outcome);
                        if (outcome == WriteOutcome.Committed && write.IsDeletion)
                        {
                            rows.Remove(key);
                            deletions[version] = key;
                        }
                        else if (outcome == WriteOutcome.Committed)
                        {
                            rows[key] = version;
                        }
                    }

                    Assert.Equal(expected, await store.CommitAsync(writes, Token));
                    break;
            }
        }

        Assert.Equal(epoch, await store.ReadEpochAsync(type, Token));
        var page = await store.ReadPageAsync(type, null, 100, Token);
        Assert.Equal(rows.OrderBy(row => row.Key.Name, StringComparer.Ordinal).Select(row => (row.Key, row.Value)), page.Select(row => (row.Key, row.Version.Value)));
        var changes = await store.ReadNewestChangesAsync(type, ResourceVersion.None, 100, Token);
        Assert.Equal(
            rows.Select(row => (row.Value, row.Key, false)).Concat(deletions.Select(gone => (gone.Key, gone.Value, true))).Order(),
            changes.Select(change => (change.Object.Version.Value, change.Object.Key, change.IsDeletion)));
    }

    private static (long Epoch, long Last)? Shape(VersionBlock? block) => block is { } some ? (some.Epoch, some.Last.Value) : null;

    private static RowWrite Write(ResourceKey key, long version, long epoch, ResourceVersion expected, bool isDeletion) => new(
        epoch, expected, new() { Key = key, Uid = "u", Version = new(version), Body = Encoding.UTF8.GetBytes($"{{\"v\":{version}}}") }, isDeletion);

    private async Task<IResourceStore> OpenAsync(StoreKind kind)
    {
        if (kind == StoreKind.Postgres && _server is null)
        {
            Faults.SiloProgram.NeedPostgres();
        }

        var store = ResourceStores.Open(new()
        {
            Kind = kind,
            ConnectionString = kind == StoreKind.Postgres
                ? await _server!.CreateDatabaseAsync()
                : $"Data Source={Path.Combine(_directory, $"{Interlocked.Increment(ref _stores)}.db")}",
        });
        await store.EnsureSchemaAsync(Token);
        return store;
    }
}
