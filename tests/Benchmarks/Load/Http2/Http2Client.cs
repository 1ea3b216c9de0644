using System.Net.Security;
using System.Net.Sockets;

namespace Crescent.Benchmarks.Load.Http2;

/// <summary>
/// As many connections as the requests under way need, each filled before the next is made. Lean: what a request costs this side is
/// little beside what it costs the server. Without TLS the server must know that this is HTTP/2.
/// </summary>
internal sealed class Http2Client(Uri address, SslClientAuthenticationOptions? tls, string authorization = "") : IDisposable
{
    private readonly Lock _lock = new();
    private volatile Http2Connection[] _connections = [];

    public async Task<int> CallAsync(CallExchange exchange, CancellationToken cancellationToken)
    {
        var connection = Send(exchange);
        using var registration = Register(connection, exchange, cancellationToken);
        return await exchange.Done;
    }

    public async Task FollowAsync(LinesExchange exchange, CancellationToken cancellationToken)
    {
        var connection = Send(exchange);
        using var registration = Register(connection, exchange, cancellationToken);
        await exchange.Done;
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
        {
            connection.Dispose();
        }
    }

    private static CancellationTokenRegistration Register(Http2Connection connection, Exchange exchange, CancellationToken cancellationToken) =>
        cancellationToken.CanBeCanceled ? cancellationToken.UnsafeRegister(_ => connection.Cancel(exchange, cancellationToken), null) : default;

    private Http2Connection Send(Exchange exchange)
    {
        if (TrySend(exchange) is { } present)
        {
            return present;
        }

        lock (_lock)
        {
            while (true)
            {
                if (TrySend(exchange) is { } connection)
                {
                    return connection;
                }

                _connections = [.. _connections, Connect()];
            }
        }
    }

    private Http2Connection? TrySend(Exchange exchange) => Array.Find(_connections, connection => connection.TrySend(exchange));

    private Http2Connection Connect()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Connect(address.Host, address.Port);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            var connection = new Http2Connection(tls is null ? stream : Secure(stream, tls), tls is not null, address.Authority, authorization);
            connection.WaitUntilReady();
            return connection;
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new HttpRequestException($"{address} cannot be reached: {exception.Message}", exception);
        }
    }

    private SslStream Secure(Stream stream, SslClientAuthenticationOptions options)
    {
        var secure = new SslStream(stream);
        secure.AuthenticateAsClient(options);
        return secure.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2
            ? secure
            : throw new HttpRequestException($"{address} does not speak HTTP/2.");
    }
}
