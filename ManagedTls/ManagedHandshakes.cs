using System.Security.Authentication;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace Crescent.ManagedTls;

/// <summary>TLS 1.2 and 1.3 over a stream, in managed code. The result disposes the transport with itself.</summary>
internal static class ManagedHandshakes
{
    /// <param name="transport">The connection.</param>
    /// <param name="serverName">Whom to ask for.</param>
    /// <param name="identity">Shown when asked; null: nothing.</param>
    /// <param name="check">Throws <see cref="TlsFatalAlert"/> unless the server's certificate will do.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="AuthenticationException">One end does not accept the other.</exception>
    /// <exception cref="IOException">The other end hung up, or said something that is not TLS.</exception>
    public static Task<Stream> ConnectAsync(
        Stream transport, string serverName, ManagedIdentity? identity, Action<Certificate> check, CancellationToken cancellationToken)
    {
        var protocol = new TlsClientProtocol();
        protocol.Connect(new ManagedClient(CreateCrypto(), serverName, identity, check));
        return ManagedTlsStream.OpenAsync(protocol, transport, cancellationToken);
    }

    /// <summary>As the one who was called; see <see cref="ManagedServer"/>. Same exceptions.</summary>
    public static async Task<(Stream Stream, ProtocolName? Protocol)> AcceptAsync(
        Stream transport, ManagedIdentity identity, IList<ProtocolName> protocols, Action<Certificate> check, CancellationToken cancellationToken)
    {
        var protocol = new TlsServerProtocol();
        var server = new ManagedServer(CreateCrypto(), identity, protocols, check);
        protocol.Accept(server);
        return (await ManagedTlsStream.OpenAsync(protocol, transport, cancellationToken), server.Protocol);
    }

    private static BcTlsCrypto CreateCrypto() => new(SystemRandom.Create());
}
