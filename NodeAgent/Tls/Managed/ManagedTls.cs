using System.Security.Cryptography.X509Certificates;
using Crescent.NodeAgent.Registration;
using Crescent.Security;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace Crescent.NodeAgent.Tls.Managed;

/// <summary>TLS 1.2 and 1.3 in managed code, with the node's certificates.</summary>
internal sealed class ManagedTls(NodeCredentials credentials) : IConnectionTls
{
    public Task<Stream> ConnectAsync(Stream transport, Func<X509Certificate2, bool> isAllowed, CancellationToken cancellationToken)
    {
        var authorities = credentials.Authorities;
        return ConnectAsync(
            transport, "silo", isMember: true, shown => PeerCertificates.Check(shown, isServer: true, authorities, isAllowed), cancellationToken);
    }

    public async Task<Stream> AcceptAsync(Stream transport, Func<X509Certificate2, bool> isAllowed, CancellationToken cancellationToken)
    {
        var authorities = credentials.Authorities;
        var protocol = new TlsServerProtocol();
        protocol.Accept(new ManagedServer(
            CreateCrypto(), Identity(credentials.Serving),
            shown => PeerCertificates.Check(shown, isServer: false, authorities, isAllowed)));
        return await ManagedTlsStream.OpenAsync(protocol, transport, cancellationToken);
    }

    /// <param name="transport">The connection.</param>
    /// <param name="serverName">Whom to ask for.</param>
    /// <param name="isMember">Whether to show the node's certificate when asked.</param>
    /// <param name="check">Throws <see cref="TlsFatalAlert"/> unless the server's certificate will do.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Stream> ConnectAsync(
        Stream transport, string serverName, bool isMember, Action<Certificate> check, CancellationToken cancellationToken)
    {
        var protocol = new TlsClientProtocol();
        protocol.Connect(new ManagedClient(CreateCrypto(), serverName, isMember ? Identity(credentials.Current) : null, check));
        return await ManagedTlsStream.OpenAsync(protocol, transport, cancellationToken);
    }

    private ManagedIdentity Identity(X509Certificate2 certificate) => new(certificate, ManagedNodeKeys.ReadKey(credentials.PrivateKey));

    private static BcTlsCrypto CreateCrypto() => new(SystemRandom.Create());
}
