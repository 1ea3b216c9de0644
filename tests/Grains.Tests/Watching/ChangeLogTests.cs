using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Tests.Watching;

public sealed class ChangeLogTests
{
    private readonly ChangeLog _log = new(maxChanges: 10, maxBytes: 1_000_000);

    [Fact]
    public async Task Read_FromOldVersion_StartsInTheMiddleOfABatch()
    {
        _log.Restart(new(0));
        _log.Append(Changes(1, 2, 3), new(3));
        _log.Append(Changes(4), new(6));

        using var reader = _log.Open(new(2), 100)!;

        Assert.Equal([3, 4], (await reader.ReadAsync(TestContext.Current.CancellationToken)).Select(change => change.Version.Value));
        Assert.Equal(6, reader.Position.Value);
    }

    [Fact]
    public void Open_BeforeTheWindow_IsRefused()
    {
        _log.Restart(new(0));
        for (var version = 1; version <= 30; version++)
        {
            _log.Append(Changes(version), new(version));
        }

        Assert.Null(_log.Open(new(19), 100));
        Assert.NotNull(_log.Open(new(20), 100));
    }

    [Fact]
    public void Append_FarBeyondAChange_DropsItsEncodingAndKeepsTheNewestOnes()
    {
        var log = new ChangeLog(maxChanges: 2 * ChangeLog.EncodedChanges, maxBytes: 1_000_000_000);
        log.Restart(new(0));
        var changes = Enumerable.Range(1, ChangeLog.EncodedChanges + 10).Select(static version => Changes(version)[0]).ToArray();
        foreach (var change in changes)
        {
            change.KeepEncoding("json", new byte[] { 1 });
            log.Append([change], change.Version);
        }

        Assert.All(changes[..10], static change => Assert.Null(change.FindEncoding("json")));
        Assert.All(changes[10..], static change => Assert.NotNull(change.FindEncoding("json")));
    }

    [Fact]
    public void Append_WindowSmallerThanWhatIsEncoded_GoesOn()
    {
        _log.Restart(new(0));
        var changes = Enumerable.Range(1, 3 * ChangeLog.EncodedChanges).Select(static version => Changes(version)[0]).ToArray();
        foreach (var change in changes)
        {
            change.KeepEncoding("json", new byte[] { 1 });
            _log.Append([change], change.Version);
        }

        Assert.NotNull(changes[^1].FindEncoding("json"));
    }

    [Fact]
    public async Task Read_ProgressWithoutChanges_ReturnsAnEmptyBatch()
    {
        _log.Restart(new(5));
        using var reader = _log.Open(new(5), 100)!;
        var read = reader.ReadAsync(TestContext.Current.CancellationToken);

        _log.Append([], new(9));

        Assert.Empty(await read);
        Assert.Equal(9, reader.Position.Value);
    }

    [Fact]
    public async Task Read_VersionOfTheFuture_SkipsWhatIsNotAfterIt()
    {
        _log.Restart(new(5));
        using var reader = _log.Open(new(7), 100)!;

        _log.Append(Changes(6, 7, 8), new(8));

        Assert.Equal([8], (await reader.ReadAsync(TestContext.Current.CancellationToken)).Select(change => change.Version.Value));
    }

    [Fact]
    public async Task Read_TooFarBehind_IsCutAndCanStartOver()
    {
        var log = new ChangeLog(maxChanges: 5000, maxBytes: 1_000_000);
        log.Restart(new(0));
        using var slow = log.Open(new(0), 100)!;
        for (var version = 1; version <= 1000; version++)
        {
            log.Append(Changes(version), new(version));
        }

        await Assert.ThrowsAsync<SubscriptionLostException>(async () => await slow.ReadAsync(TestContext.Current.CancellationToken));
        using var again = log.Open(slow.Position, 5000)!;
        Assert.Equal(1000, (await again.ReadAsync(TestContext.Current.CancellationToken)).Count);
        Assert.Equal(1, log.ReaderCount);
    }

    [Fact]
    public async Task Read_TooManyBytesBehind_IsCutThoughChangesAreFew()
    {
        var log = new ChangeLog(maxChanges: 5000, maxBytes: 1_000_000, maxReaderBytes: 4096);
        log.Restart(new(0));
        using var slow = log.Open(new(0), 10_000)!;
        using var reading = log.Open(new(0), 10_000)!;
        for (var version = 1; version <= 200; version++)
        {
            log.Append(Changes(version), new(version));
            await reading.ReadAsync(TestContext.Current.CancellationToken);
        }

        await Assert.ThrowsAsync<SubscriptionLostException>(async () => await slow.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal(200, reading.Position.Value);
    }

    [Fact]
    public async Task Read_Waiting_IsEndedByCancellation()
    {
        _log.Restart(new(0));
        using var reader = _log.Open(new(0), 100)!;
        using var cancellation = new CancellationTokenSource();
        var read = reader.ReadAsync(cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }

    [Fact]
    public async Task Read_OfOneNode_SeesWhatComesToItAndWhatLeavesIt()
    {
        _log.Restart(new(0));
        using var reader = _log.Open(new(0), 100, onNode: "a")!;
        var read = reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();

        _log.Append([new(ResourceEventKind.Added, On("b", 1), null)], new(1));
        _log.Append([new(ResourceEventKind.Added, On("a", 2), null), new(ResourceEventKind.Added, At(3), null)], new(3));

        Assert.Equal([2], (await read).Select(change => change.Version.Value));
        read = reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();
        _log.Append([new(ResourceEventKind.Modified, On("b", 4), On("a", 2))], new(4));
        Assert.Equal([4], (await read).Select(change => change.Version.Value));
        Assert.Equal(4, reader.Position.Value);
    }

    [Fact]
    public async Task Read_OfAnotherNodeForLong_IsNotCutAndGoesOn()
    {
        _log.Restart(new(0));
        using var reader = _log.Open(new(0), bufferSize: 300, onNode: "a")!;
        var read = reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();
        for (var version = 1; version <= 5000; version++)
        {
            _log.Append([new(ResourceEventKind.Added, On("b", version), null)], new(version));
            while (version % 256 == 0 && reader.Position.Value < version)
            {
                // The reader runs on another thread.
                await Task.Yield();
            }
        }

        _log.Append([new(ResourceEventKind.Added, On("a", 5001), null)], new(5001));

        Assert.Equal([5001], (await read).Select(change => change.Version.Value));
    }

    [Fact]
    public async Task Read_OfOneNodeWhileTheLogRestarts_IsCut()
    {
        _log.Restart(new(0));
        using var reader = _log.Open(new(0), 100, onNode: "a")!;
        var read = reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();

        _log.Restart(new(7));

        await Assert.ThrowsAsync<SubscriptionLostException>(() => read);
    }

    private static ResourceSnapshot On(string node, long version) => new()
    {
        Key = new(KnownTypes.Pods, "ns", $"n{version}"), Uid = "u", Version = new(version), Body = [1, 2, 3],
        Fields = TextMap.Empty.With("spec.nodeName", node),
    };

    private static ResourceChange[] Changes(params long[] versions) =>
        [.. versions.Select(version => new ResourceChange(ResourceEventKind.Added, At(version), null))];

    private static ResourceSnapshot At(long version) =>
        new() { Key = new(KnownTypes.ConfigMaps, "ns", $"n{version}"), Uid = "u", Version = new(version), Body = [1, 2, 3] };
}
