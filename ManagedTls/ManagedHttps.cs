using System.Security.Cryptography.X509Certificates;
using Crescent.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Org.BouncyCastle.Tls;

namespace Crescent.ManagedTls;

/// <summary>HTTPS endpoints of Kestrel in managed TLS.</summary>
public static class ManagedHttps
{
    /// <summary>
    /// Serves HTTP/1.1 and HTTP/2. A client certificate is asked for, not demanded, and not judged: as the connection's, it is there for the
    /// application to judge.
    /// </summary>
    /// <param name="listen">The endpoint.</param>
    /// <param name="own">What it shows; asked at each handshake.</param>
    public static void UseManagedHttps(this ListenOptions listen, Func<CertifiedKey> own)
    {
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        var services = listen.ApplicationServices;
        listen.Use(next => connection => ConnectionSecurity.Create(services, new Handshake(connection, own), static _ => true).AcceptAsync(connection, next));
    }

    /// <summary>The handshake of one connection, and what it tells Kestrel.</summary>
    private sealed class Handshake(ConnectionContext connection, Func<CertifiedKey> own)
        : IConnectionTls, ITlsConnectionFeature, ITlsApplicationProtocolFeature
    {
        private static readonly ProtocolName[] Protocols = [ProtocolName.Http_2_Tls, ProtocolName.Http_1_1];

        public X509Certificate2? ClientCertificate { get; set; }

        public ReadOnlyMemory<byte> ApplicationProtocol { get; private set; }

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(ClientCertificate);

        public async Task<Stream> AcceptAsync(Stream transport, Func<X509Certificate2, bool> isAllowed, CancellationToken cancellationToken)
        {
            var (stream, protocol) = await ManagedHandshakes.AcceptAsync(
                transport, ManagedIdentity.Of(own()), Protocols, shown => ClientCertificate = PeerCertificates.First(shown), cancellationToken);
            ApplicationProtocol = protocol?.GetBytes() ?? [];
            connection.Features.Set<ITlsConnectionFeature>(this);
            connection.Features.Set<ITlsApplicationProtocolFeature>(this);
            return stream;
        }

        public Task<Stream> ConnectAsync(Stream transport, Func<X509Certificate2, bool> isAllowed, CancellationToken cancellationToken) =>
            throw new NotSupportedException("An endpoint calls nobody");
    }
}
