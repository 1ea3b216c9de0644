using Crescent.Grains.Resources;
using Crescent.Grains.Resources.Storage;
using Crescent.Testing.Resources;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;

namespace Crescent.Grains.Tests.Resources;

public sealed class TakeoverPauseTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly IResourceStore _shared = ResourceStores.Open(new() { Kind = StoreKind.Postgres, ConnectionString = "Host=localhost" });
    private readonly FakeMembership _membership = new();
    private readonly TakeoverPause _pause;

    public TakeoverPauseTests() => _pause = new(_shared, _membership, _time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => ResourceStores.CloseAsync(_shared);

    [Fact]
    public void Wait_NobodyDied_ReturnsAtOnce()
    {
        _membership.Show(1, SiloStatus.Active, SiloStatus.Joining);

        Assert.True(_pause.WaitAsync(Token).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Wait_SiloDeclaredDead_LastsAsLongAsItsLease()
    {
        _membership.Show(1, SiloStatus.Active, SiloStatus.Active);
        await _pause.WaitAsync(Token);
        _membership.Show(2, SiloStatus.Active, SiloStatus.Dead);

        var waiting = _pause.WaitAsync(Token).AsTask();
        _time.Advance(ReadLease.Length - TimeSpan.FromMilliseconds(1));
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        await waiting.WaitAsync(Token);
        Assert.True(_pause.WaitAsync(Token).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Wait_DeathIsOld_ReturnsAtOnceWhateverElseChanges()
    {
        _membership.Show(1, SiloStatus.Active, SiloStatus.Dead);
        var first = _pause.WaitAsync(Token).AsTask();
        _time.Advance(ReadLease.Length);
        await first.WaitAsync(Token);

        _membership.Show(2, SiloStatus.Active, SiloStatus.Dead, SiloStatus.Joining);

        Assert.True(_pause.WaitAsync(Token).AsTask().IsCompletedSuccessfully);
    }
}
