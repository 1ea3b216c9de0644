using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Crescent.Grains.Hosting;

/// <summary>
/// Waits until a PostgreSQL server takes connections: services of one machine start in any order, and a database that fails over is away for
/// a while. What waiting does not mend (a wrong password, an unknown database) ends it at once.
/// </summary>
/// <param name="connect">Opens a connection and closes it again.</param>
/// <param name="server">Where the server is, for people; without user or password.</param>
/// <param name="patience">How long to try.</param>
public sealed partial class StoreReachability(
    Func<CancellationToken, Task> connect, string server, TimeSpan patience, TimeProvider time, ILogger<StoreReachability> logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>For the server of a connection string.</summary>
    public static StoreReachability Of(string connectionString, TimeSpan patience, TimeProvider time, ILogger<StoreReachability> logger)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, Timeout = 5 };
        return new(
            async cancellationToken =>
            {
                await using var connection = new NpgsqlConnection(settings.ConnectionString);
                await connection.OpenAsync(cancellationToken);
            },
            settings.Host?.StartsWith('/') == true || settings.Host?.Contains(',') == true
                ? settings.Host
                : string.Create(CultureInfo.InvariantCulture, $"{settings.Host}:{settings.Port}"),
            patience,
            time,
            logger);
    }

    /// <exception cref="StoreUnreachableException">The time is up, or the server refuses for good.</exception>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var pause = FirstPause;
        while (true)
        {
            try
            {
                await connect(cancellationToken);
                return;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested && IsOfTheDatabase(exception))
            {
                if (!IsPassing(exception))
                {
                    throw new StoreUnreachableException($"PostgreSQL at {server} refuses the connection: {exception.Message}", exception);
                }

                var left = patience - time.GetElapsedTime(start);
                if (left <= TimeSpan.Zero)
                {
                    throw new StoreUnreachableException(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"PostgreSQL at {server} could not be reached for {patience.TotalSeconds:0} s: {exception.Message}"),
                        exception);
                }

                LogWaiting(server, exception.Message, pause, left);
                await Task.Delay(pause < left ? pause : left, time, cancellationToken);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private static bool IsOfTheDatabase(Exception exception) => exception is NpgsqlException or SocketException or TimeoutException;

    /// <summary>
    /// Whether trying again may help. A server that answers with an error says so itself (starting, shutting down, too many connections);
    /// one that does not answer may come.
    /// </summary>
    private static bool IsPassing(Exception exception) => exception is not PostgresException refusal || refusal.IsTransient;

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "PostgreSQL at {Server} does not take connections yet ({Reason}); trying again in {Pause}, giving up in {Left}")]
    private partial void LogWaiting(string server, string reason, TimeSpan pause, TimeSpan left);
}
