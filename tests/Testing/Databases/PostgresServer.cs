using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Crescent.Testing.Databases;

/// <summary>
/// A real PostgreSQL server of its own, in a temporary directory on a free port, with the default durability. Needs the server's programs
/// (Debian package <c>postgresql</c>); as root it runs as the user <c>postgres</c>, since the server refuses root.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private readonly string _directory;
    private readonly string _programs;
    private int _databases;

    private readonly string _address;

    private PostgresServer(string programs, string directory, int port, string address)
    {
        _programs = programs;
        _directory = directory;
        _address = address;
        Port = port;
    }

    public int Port { get; }

    /// <summary>Whether the server's programs are installed.</summary>
    public static bool IsInstalled => FindPrograms() is not null;

    /// <param name="address">Where it listens; other machines (network namespaces) reach it when this is not loopback.</param>
    public static async Task<PostgresServer> StartAsync(string address = "127.0.0.1")
    {
        var programs = FindPrograms() ?? throw new InvalidOperationException("PostgreSQL is not installed");
        var directory = Directory.CreateTempSubdirectory("crescent-postgres-").FullName;
        var server = new PostgresServer(programs, directory, FreePort(), address);
        if (Environment.UserName == "root")
        {
            await RunAsync("chown", "postgres", directory);
        }

        await server.RunAsServerUserAsync(
            "initdb", "--pgdata", server.Data, "--username", "crescent", "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8");
        await File.AppendAllTextAsync(Path.Combine(server.Data, "pg_hba.conf"), "host all all samenet trust\n");
        await server.StartServerAsync();
        return server;
    }

    /// <summary>Creates an empty database and returns how to connect to it.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"crescent_{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection(ConnectionStringOf("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return ConnectionStringOf(name);
    }

    public Task StartServerAsync() => RunAsServerUserAsync(
        "pg_ctl", "start", "--wait", "--silent", "--pgdata", Data, "--log", Path.Combine(_directory, "server.log"),
        "--options", $"-p {Port} -k {_directory} -c listen_addresses={_address} -c max_connections=200");

    /// <summary>Stops without a checkpoint, as a crash would.</summary>
    public Task CrashAsync() => RunAsServerUserAsync("pg_ctl", "stop", "--mode", "immediate", "--silent", "--pgdata", Data);

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await CrashAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private string Data => Path.Combine(_directory, "data");

    private static string? FindPrograms() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin"))
            .Where(programs => File.Exists(Path.Combine(programs, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault()
        : null;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        // The server inherits the streams of the program that starts it, so what is said goes to nobody rather than into a pipe held open.
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >/dev/null", "sh", program, .. arguments])
        {
            WorkingDirectory = "/",
        })!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
        }
    }

    private string ConnectionStringOf(string database) => $"Host={_address};Port={Port};Username=crescent;Database={database};GSS Encryption Mode=Disable";

    private Task RunAsServerUserAsync(string program, params string[] arguments)
    {
        var path = Path.Combine(_programs, program);
        return Environment.UserName == "root"
            ? RunAsync("runuser", ["-u", "postgres", "--", path, .. arguments])
            : RunAsync(path, arguments);
    }
}
