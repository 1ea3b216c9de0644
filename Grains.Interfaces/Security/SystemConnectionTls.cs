using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Crescent.Security;

/// <summary>The operating system's TLS.</summary>
internal sealed class SystemConnectionTls(IConnectionCertificates certificates) : IConnectionTls
{
    public Task<Stream> ConnectAsync(Stream transport, Func<X509Certificate2, bool> isAllowed, CancellationToken cancellationToken) =>
        SecureAsync(transport, stream => stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                // Silos move between addresses; who they are is in the subject, not in a host name.
                TargetHost = "silo",
                ClientCertificates = [certificates.Current],
                CertificateChainPolicy = ClusterTrust.Policy(certificates.Authorities),
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                RemoteCertificateValidationCallback = Accept(isAllowed),
            },
            cancellationToken));

    public Task<Stream> AcceptAsync(Stream transport, Func<X509Certificate2, bool> isAllowed, CancellationToken cancellationToken) =>
        SecureAsync(transport, stream => stream.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificate = certificates.Current,
                ClientCertificateRequired = true,
                CertificateChainPolicy = ClusterTrust.Policy(certificates.Authorities),
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                RemoteCertificateValidationCallback = Accept(isAllowed),
            },
            cancellationToken));

    private static RemoteCertificateValidationCallback Accept(Func<X509Certificate2, bool> isAllowed) => (_, certificate, _, errors) =>
        certificate is X509Certificate2 remote && ClusterTrust.IsTrusted(errors) && isAllowed(remote);

    private static async Task<Stream> SecureAsync(Stream transport, Func<SslStream, Task> handshake)
    {
        var stream = new SslStream(transport);
        try
        {
            await handshake(stream);
            return stream;
        }
        catch (Exception)
        {
            await stream.DisposeAsync();
            throw;
        }
    }
}
