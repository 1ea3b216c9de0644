using Crescent.Authentication;
using Crescent.Api.Authentication;
using Crescent.Api.Limits;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Crescent.Api.Tests.Limits;

public sealed class InFlightLimiterTests
{
    private static readonly RequestTraits Write = new(new() { Name = "alice", Groups = ["system:authenticated"] }, IsMutating: true, "/api/v1/pods");
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Enter_Full_WaitsForItsTurn()
    {
        using var limiter = Create(writes: 1);
        var first = await limiter.EnterAsync(Write, Token);
        var second = limiter.EnterAsync(Write, Token).AsTask();

        Assert.False(second.IsCompleted);
        first!.Dispose();
        Assert.NotNull(await second);
    }

    [Fact]
    public async Task Enter_FullForTooLong_IsRefused()
    {
        using var limiter = Create(writes: 1);
        using var first = await limiter.EnterAsync(Write, Token);
        var second = limiter.EnterAsync(Write, Token).AsTask();

        _time.Advance(TimeSpan.FromSeconds(6));

        Assert.Null(await second);
    }

    [Fact]
    public async Task Enter_QueueFull_IsRefusedAtOnce()
    {
        using var limiter = Create(writes: 1, queue: 1);
        using var first = await limiter.EnterAsync(Write, Token);
        var second = limiter.EnterAsync(Write, Token).AsTask();

        Assert.Null(await limiter.EnterAsync(Write, Token));
        Assert.False(second.IsCompleted);
    }

    [Fact]
    public async Task Enter_WritesFull_ReadsPass()
    {
        using var limiter = Create(writes: 1);
        using var first = await limiter.EnterAsync(Write, Token);

        Assert.NotNull(await limiter.EnterAsync(Write with { IsMutating = false }, Token));
    }

    [Theory]
    [InlineData("system:masters", "/api/v1/pods")]
    [InlineData("system:nodes", "/api/v1/pods")]
    [InlineData("system:unauthenticated", "/readyz")]
    [InlineData("system:unauthenticated", "/livez/ping")]
    public async Task Enter_Exempt_PassesAFullServer(string group, string path)
    {
        using var limiter = Create(writes: 1, queue: 0);
        using var first = await limiter.EnterAsync(Write, Token);

        Assert.NotNull(await limiter.EnterAsync(new(new UserInfo { Name = "x", Groups = [group] }, IsMutating: true, path), Token));
    }

    [Fact]
    public async Task Enter_ClientGone_LeavesTheQueue()
    {
        using var limiter = Create(writes: 1, queue: 1);
        using var first = await limiter.EnterAsync(Write, Token);
        using var client = new CancellationTokenSource();
        var second = limiter.EnterAsync(Write, client.Token).AsTask();

        await client.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.False(limiter.EnterAsync(Write, Token).AsTask().IsCompleted);
    }

    private InFlightLimiter Create(int writes, int queue = 10) =>
        new(Options.Create(new InFlightLimits { Reads = 1, Writes = writes, Queue = queue, Patience = TimeSpan.FromSeconds(5) }), _time);
}
