using System.Net.Sockets;
using Crescent.Grains.Hosting;
using Crescent.Testing.Databases;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Crescent.Grains.Tests.Hosting;

public sealed class StoreReachabilityTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly FakeTimeProvider _time = new();
    private int _attempts;

    [Fact]
    public async Task Wait_ServerThatComes_Ends()
    {
        var reachability = Of(attempt => attempt < 4 ? throw Refused() : Task.CompletedTask);

        await PassTimeUntilAsync(reachability.WaitAsync(TestContext.Current.CancellationToken));

        Assert.Equal(4, _attempts);
    }

    [Fact]
    public async Task Wait_ServerThatNeverComes_GivesUpNamingServerAndReason()
    {
        var start = _time.GetUtcNow();
        var reachability = Of(_ => throw Refused());

        var exception = await Assert.ThrowsAsync<StoreUnreachableException>(
            () => PassTimeUntilAsync(reachability.WaitAsync(TestContext.Current.CancellationToken)));

        Assert.Equal("PostgreSQL at db:5432 could not be reached for 120 s: Connection refused", exception.Message);
        Assert.InRange(_time.GetUtcNow() - start, Patience, Patience + TimeSpan.FromSeconds(5));
        Assert.InRange(_attempts, 20, 40);
    }

    [Fact]
    public async Task Wait_ServerStillStarting_TriesAgain()
    {
        var reachability = Of(attempt => attempt < 3 ? throw Refusal(PostgresErrorCodes.CannotConnectNow) : Task.CompletedTask);

        await PassTimeUntilAsync(reachability.WaitAsync(TestContext.Current.CancellationToken));

        Assert.Equal(3, _attempts);
    }

    [Fact]
    public async Task Wait_WrongPassword_EndsAtOnce()
    {
        var reachability = Of(_ => throw Refusal(PostgresErrorCodes.InvalidPassword));

        await Assert.ThrowsAsync<StoreUnreachableException>(() => reachability.WaitAsync(TestContext.Current.CancellationToken));

        Assert.Equal(1, _attempts);
    }

    [Fact]
    public async Task Wait_StoppedMeanwhile_EndsAsCancelled()
    {
        using var stop = new CancellationTokenSource();
        var waiting = Of(_ => throw Refused()).WaitAsync(stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Wait_RealServer_ComesBackAfterACrash()
    {
        if (!PostgresServer.IsInstalled)
        {
            Assert.Skip("PostgreSQL is not installed");
        }

        await using var server = await PostgresServer.StartAsync();
        var connection = await server.CreateDatabaseAsync();
        await server.CrashAsync();
        var waiting = StoreReachability.Of(connection, Patience, TimeProvider.System, NullLogger<StoreReachability>.Instance)
            .WaitAsync(TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);

        await server.StartServerAsync();

        await waiting;
    }

    private static NpgsqlException Refused() => new("Connection refused", new SocketException((int)SocketError.ConnectionRefused));

    private static PostgresException Refusal(string code) => new("no", "FATAL", "FATAL", code);

    private StoreReachability Of(Func<int, Task> connect) => new(
        _ => connect(++_attempts), "db:5432", Patience, _time, NullLogger<StoreReachability>.Instance);

    private async Task PassTimeUntilAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Yield();
        }

        await task;
    }
}
