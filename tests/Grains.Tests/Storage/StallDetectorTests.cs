using Crescent.Grains.Resources.Storage;
using Crescent.Resources;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Crescent.Grains.Tests.Storage;

public sealed class StallDetectorTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly StallDetector _detector;
    private readonly SemaphoreSlim _probed = new(0);
    private TaskCompletionSource _probe = new();

    public StallDetectorTests() => _detector = new(
        _ =>
        {
            _probed.Release();
            return Volatile.Read(ref _probe).Task;
        },
        _time,
        NullLogger.Instance);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _detector.Dispose();
        _probed.Dispose();
    }

    [Fact]
    public async Task Run_Answered_ReturnsTheAnswer() => Assert.Equal(5, await _detector.RunAsync(() => Task.FromResult(5)));

    [Fact]
    public async Task Run_SilenceAndNoProbeAnswered_FailsWhatIsUnderWayAndWhatFollows()
    {
        var first = _detector.RunAsync(NeverAsync);
        var second = _detector.RunAsync(NeverAsync);

        await AdvanceUntilAsync(() => _detector.IsStalled);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => first);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => second);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => _detector.RunAsync(() => Task.FromResult(5)));
    }

    [Fact]
    public async Task Run_SlowButProbeAnswered_GoesOnWaiting()
    {
        _probe.SetResult();
        var answer = new TaskCompletionSource<int>();
        var slow = _detector.RunAsync(() => answer.Task);

        for (var probes = 0; probes < 3; probes++)
        {
            await AdvanceUntilAsync(() => _probed.Wait(0, Token));
        }

        Assert.False(slow.IsCompleted);
        answer.SetResult(7);
        Assert.Equal(7, await slow);
        Assert.False(_detector.IsStalled);
    }

    [Fact]
    public async Task Run_ProbeAnsweredLater_AsksAgain()
    {
        var lost = _detector.RunAsync(NeverAsync);
        await AdvanceUntilAsync(() => _detector.IsStalled);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => lost);

        Volatile.Read(ref _probe).SetResult();
        await AdvanceUntilAsync(() => !_detector.IsStalled);

        Assert.Equal(5, await _detector.RunAsync(() => Task.FromResult(5)));
    }

    [Fact]
    public async Task Run_AfterAPauseWithNothingToAsk_IsWatchedAgain()
    {
        await _detector.RunAsync(() => Task.FromResult(5));
        _time.Advance(StallDetector.Silence * 3);
        Assert.False(_detector.IsStalled);
        Assert.False(_probed.Wait(0, Token));

        var lost = _detector.RunAsync(NeverAsync);
        await AdvanceUntilAsync(() => _detector.IsStalled);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => lost);
    }

    private static Task<int> NeverAsync() => new TaskCompletionSource<int>().Task;

    /// <summary>Timers are set by continuations that may not have run yet, so time passes in small steps.</summary>
    private async Task AdvanceUntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            Token.ThrowIfCancellationRequested();
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
    }
}
