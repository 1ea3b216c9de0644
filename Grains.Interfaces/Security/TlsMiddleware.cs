using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Crescent.Security;

/// <summary>
/// Puts mutual TLS under a connection. Both ends must show a certificate of this cluster, and <paramref name="isAllowed"/>
/// says which of them may talk here.
/// </summary>
internal sealed partial class TlsMiddleware(
    IConnectionTls tls, Func<X509Certificate2, bool> isAllowed, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    public Task AcceptAsync(ConnectionContext connection, ConnectionDelegate next) => RunAsync(connection, next, tls.AcceptAsync);

    public Task ConnectAsync(ConnectionContext connection, ConnectionDelegate next) => RunAsync(connection, next, tls.ConnectAsync);

    private async Task RunAsync(
        ConnectionContext connection, ConnectionDelegate next,
        Func<Stream, Func<X509Certificate2, bool>, CancellationToken, Task<Stream>> handshake)
    {
        var plain = connection.Transport;
        Stream stream;
        try
        {
            using var timeout = new CancellationTokenSource(HandshakeTimeout, time);
            await using (timeout.Token.UnsafeRegister(static state => ((ConnectionContext)state!).Abort(), connection))
            {
                stream = await handshake(new DuplexStream(plain), isAllowed, timeout.Token);
            }
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException or OperationCanceledException
            or InvalidOperationException or ObjectDisposedException)
        {
            LogHandshakeFailed(exception, connection.RemoteEndPoint?.ToString());
            connection.Abort();
            return;
        }

        await using (stream)
        {
            try
            {
                connection.Transport = new TlsTransport(stream);
                await next(connection);
            }
            finally
            {
                connection.Transport = plain;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused the connection with {Remote}: TLS handshake failed")]
    private partial void LogHandshakeFailed(Exception exception, string? remote);
}
