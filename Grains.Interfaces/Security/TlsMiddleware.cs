using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Crescent.Security;

/// <summary>
/// Puts mutual TLS under an Orleans connection. Both ends must show a certificate of this cluster, and <paramref name="isAllowed"/>
/// says which of them may talk here.
/// </summary>
internal sealed partial class TlsMiddleware(
    IConnectionCertificates certificates, Func<X509Certificate2, bool> isAllowed, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    public Task AcceptAsync(ConnectionContext connection, ConnectionDelegate next) =>
        RunAsync(connection, next, (stream, cancellationToken) => stream.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificate = certificates.Current,
                ClientCertificateRequired = true,
                CertificateChainPolicy = ClusterTrust.Policy(certificates.Authorities),
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                RemoteCertificateValidationCallback = IsAccepted,
            },
            cancellationToken));

    public Task ConnectAsync(ConnectionContext connection, ConnectionDelegate next) =>
        RunAsync(connection, next, (stream, cancellationToken) => stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                // Silos move between addresses; who they are is in the subject, not in a host name.
                TargetHost = "silo",
                ClientCertificates = [certificates.Current],
                CertificateChainPolicy = ClusterTrust.Policy(certificates.Authorities),
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                RemoteCertificateValidationCallback = IsAccepted,
            },
            cancellationToken));

    private bool IsAccepted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate is X509Certificate2 remote && ClusterTrust.IsTrusted(errors) && isAllowed(remote);

    private async Task RunAsync(
        ConnectionContext connection, ConnectionDelegate next, Func<SslStream, CancellationToken, Task> handshake)
    {
        var plain = connection.Transport;
        await using var stream = new SslStream(new DuplexStream(plain));
        try
        {
            using var timeout = new CancellationTokenSource(HandshakeTimeout, time);
            await using (timeout.Token.UnsafeRegister(static state => ((ConnectionContext)state!).Abort(), connection))
            {
                await handshake(stream, timeout.Token);
            }
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException or OperationCanceledException
            or InvalidOperationException or ObjectDisposedException)
        {
            LogHandshakeFailed(exception, connection.RemoteEndPoint?.ToString());
            connection.Abort();
            return;
        }

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

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused the connection with {Remote}: TLS handshake failed")]
    private partial void LogHandshakeFailed(Exception exception, string? remote);
}
