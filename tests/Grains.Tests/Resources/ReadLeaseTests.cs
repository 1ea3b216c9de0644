using Crescent.Grains.Resources;
using Crescent.Grains.Resources.Storage;
using Crescent.Resources;
using Crescent.Testing.Resources;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Crescent.Grains.Tests.Resources;

public sealed class ReadLeaseTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly IResourceStore _shared = ResourceStores.Open(new() { Kind = StoreKind.Postgres, ConnectionString = "Host=localhost" });
    private readonly Record _record = new();
    private readonly ReadLease _lease;

    public ReadLeaseTests() => _lease = new(_shared, _record, _time, NullLogger<ReadLease>.Instance);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => ResourceStores.CloseAsync(_shared);

    [Fact]
    public async Task Hold_Member_AsksOnceForManyReads()
    {
        await _lease.HoldAsync(Token);

        for (var read = 0; read < 100; read++)
        {
            Assert.True(_lease.HoldAsync(Token).AsTask().IsCompletedSuccessfully);
        }

        Assert.Equal(1, _record.Asked);
    }

    [Fact]
    public async Task Hold_SuspendedAndDeclaredDeadMeanwhile_IsRefusedForGood()
    {
        await _lease.HoldAsync(Token);
        _record.Answer = () => Task.FromResult(false);
        _time.Advance(ReadLease.Length);

        for (var read = 0; read < 3; read++)
        {
            await Assert.ThrowsAsync<StorageUnavailableException>(async () => await _lease.HoldAsync(Token));
        }
    }

    [Fact]
    public async Task Hold_AnswerTookLongerThanTheLease_AsksAgain()
    {
        var slow = new TaskCompletionSource<bool>();
        _record.Answer = () => slow.Task;
        var reading = _lease.HoldAsync(Token).AsTask();
        await _record.WasAsked.Task.WaitAsync(Token);
        _time.Advance(ReadLease.Length + TimeSpan.FromMilliseconds(1));
        _record.Answer = () => Task.FromResult(false);

        slow.SetResult(true);

        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await reading);
    }

    [Fact]
    public async Task Hold_TableCannotBeRead_GoesOnFromMemoryUntilItCan()
    {
        _record.Answer = () => Task.FromException<bool>(new IOException("no database"));

        await _lease.HoldAsync(Token);
        Assert.True(_lease.HoldAsync(Token).AsTask().IsCompletedSuccessfully);

        _record.Answer = () => Task.FromResult(false);
        await Assert.ThrowsAsync<StorageUnavailableException>(async () =>
        {
            while (true)
            {
                await _lease.HoldAsync(Token);
                await Task.Yield();
            }
        });
    }

    private sealed class Record : IMembershipRecord
    {
        private int _asked;

        public Func<Task<bool>> Answer { get; set; } = static () => Task.FromResult(true);

        public int Asked => _asked;

        public TaskCompletionSource WasAsked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<bool> IsMemberAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            WasAsked.TrySetResult();
            return Answer();
        }
    }
}
