using System.Collections.Immutable;
using System.Text;
using Crescent.Grains.Watching;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Tests.Watching;

/// <summary>Loads a state while writes are under way, which the rows show before the frontier does.</summary>
public sealed class SnapshotLoaderTests
{
    private static readonly ResourceType Type = new("", "configmaps");

    private readonly Sequencer _sequencer = new(Type, 1000, 1 << 20, TimeProvider.System);

    public SnapshotLoaderTests()
    {
        _sequencer.Begin(epoch: 1, new(1), new(100), ResourceVersion.None, []);
        _sequencer.ReserveWatched(1, out _);
        Publish(Event("a", 1));
    }

    [Fact]
    public async Task Load_RowIsGoneBeforeItsDeletionIsPublished_GoesOnToTheDeletion()
    {
        _sequencer.TryReserve(1);

        var state = await LoadAsync(newest: 2, afterwards: () => Publish(Event("a", 2, ResourceEventKind.Deleted)));

        Assert.Equal(new(2), state.Version);
        Assert.DoesNotContain(state.Objects.Values, item => item is not null);
    }

    [Fact]
    public async Task Load_RowIsAheadOfTheFrontier_GoesOnToIt()
    {
        _sequencer.TryReserve(2);

        var state = await LoadAsync(
            newest: 3,
            afterwards: () => Publish(Event("b", 2), Event("a", 3)),
            Snapshot("a", 3));

        Assert.Equal(new(3), state.Version);
        Assert.Equal([3L, 2L], state.Objects.Values.Select(item => item!.Version.Value));
    }

    [Fact]
    public async Task Load_NothingUnderWay_IsTheFrontier()
    {
        var state = await LoadAsync(newest: 1, afterwards: static () => { }, Snapshot("a", 1));

        Assert.Equal(new(1), state.Version);
        Assert.Single(state.Objects);
    }

    private Task<SnapshotLoader.LoadedState> LoadAsync(long newest, Action afterwards, params ResourceSnapshot[] rows) =>
        new SnapshotLoader(new SequencerGrain(_sequencer), new Rows(rows, new(newest), afterwards), new()).LoadAsync(
            TestContext.Current.CancellationToken);

    private void Publish(params ResourceEvent[] events) =>
        Assert.True(_sequencer.TryPublish(new() { Epoch = 1, Events = [.. events], Abandoned = [] }, out _));

    private static ResourceEvent Event(string name, long version, ResourceEventKind kind = ResourceEventKind.Modified) =>
        new() { Kind = kind, Snapshot = Snapshot(name, version) };

    private static ResourceSnapshot Snapshot(string name, long version) =>
        new() { Key = new(Type, "default", name), Uid = name, Version = new(version), Body = Encoding.UTF8.GetBytes("{}") };

    /// <summary>One page of rows; publishes what was under way once the reader has them.</summary>
    private sealed class Rows(ResourceSnapshot[] rows, ResourceVersion newest, Action afterwards) : IResourceReaderGrain
    {
        public Task<SnapshotPage> ReadPageAsync(ResourceKey? after, int limit, CancellationToken cancellationToken = default)
        {
            afterwards();
            return Task.FromResult(new SnapshotPage { Items = ImmutableArray.Create(rows), IsLast = true, Newest = newest });
        }
    }

    private sealed class SequencerGrain(Sequencer sequencer) : IResourceTypeGrain
    {
        public Task<Reservation> ReserveAsync(int count, CancellationToken cancellationToken = default) =>
            Task.FromResult(sequencer.TryReserve(count)!);

        public Task PublishAsync(Publication publication, CancellationToken cancellationToken = default) =>
            sequencer.TryPublish(publication, out var passed) ? passed : Task.CompletedTask;

        public Task<EventPage> ReadAsync(ResourceVersion after, TimeSpan wait, CancellationToken cancellationToken = default) =>
            sequencer.ReadAsync(after, wait, cancellationToken);

        public Task<ResourceVersion> GetFrontierAsync(CancellationToken cancellationToken = default) => Task.FromResult(sequencer.Frontier);
    }
}
