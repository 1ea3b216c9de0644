using System.Security.Cryptography.X509Certificates;
using Crescent.Security;
using Org.BouncyCastle.Tls;

namespace Crescent.ManagedTls;

/// <summary>Orleans' connections, and others between members of the cluster, in managed TLS.</summary>
/// <param name="client">Shown to those who are called. Asked at each handshake, as all of these.</param>
/// <param name="server">Shown to callers.</param>
/// <param name="authorities">Of the cluster.</param>
public sealed class ManagedConnectionTls(Func<CertifiedKey> client, Func<CertifiedKey> server, Func<X509Certificate2Collection> authorities)
    : IConnectionTls
{
    private static readonly ProtocolName[] Http1 = [ProtocolName.Http_1_1];

    public Task<Stream> ConnectAsync(Stream transport, Func<X509Certificate2, bool> isAllowed, CancellationToken cancellationToken)
    {
        var trusted = authorities();
        return ManagedHandshakes.ConnectAsync(
            transport, "silo", ManagedIdentity.Of(client()), shown => PeerCertificates.Check(shown, isServer: true, trusted, isAllowed), cancellationToken);
    }

    public async Task<Stream> AcceptAsync(Stream transport, Func<X509Certificate2, bool> isAllowed, CancellationToken cancellationToken)
    {
        var trusted = authorities();
        var (stream, _) = await ManagedHandshakes.AcceptAsync(
            transport, ManagedIdentity.Of(server()), Http1, shown => PeerCertificates.Check(shown, isServer: false, trusted, isAllowed), cancellationToken);
        return stream;
    }
}
