using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Crescent.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Org.BouncyCastle.Tls;

namespace Crescent.NodeAgent.Tls.Managed;

/// <summary>HTTP/1.1 over <see cref="ManagedTls"/>.</summary>
internal sealed class ManagedNodeTls(ManagedTls tls) : INodeTls
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    public HttpClient CreateClient(Uri server, X509Certificate2Collection? authorities, bool isMember) => new(new SocketsHttpHandler
    {
        ConnectTimeout = ConnectTimeout,
        UseProxy = false,
        ConnectCallback = (context, cancellationToken) =>
            ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, authorities, isMember, cancellationToken),
    })
    {
        // The handler would put the system's TLS on top of https: what it sees is the inside of the connection.
        BaseAddress = new UriBuilder(server) { Scheme = Uri.UriSchemeHttp, Port = server.Port }.Uri,
    };

    public void Listen(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.AcceptTls(listen.ApplicationServices, static certificate => ClusterIdentities.IsMemberOf(certificate, ClusterIdentities.Masters));
        listen.Use(static next => context =>
        {
            context.Features.Set<ITlsConnectionFeature>(new Encrypted());
            return next(context);
        });
    }

    private async ValueTask<Stream> ConnectAsync(
        string host, int port, X509Certificate2Collection? authorities, bool isMember, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, cancellationToken);
        }
        catch (Exception)
        {
            socket.Dispose();
            throw;
        }

        return await tls.ConnectAsync(new NetworkStream(socket, ownsSocket: true), host, isMember, Check, cancellationToken);

        void Check(Certificate shown)
        {
            if (authorities is not null)
            {
                PeerCertificates.Check(
                    shown, isServer: true, authorities,
                    certificate => certificate.MatchesHostname(host, allowWildcards: true, allowCommonName: false));
            }
        }
    }

    /// <summary>Tells Kestrel that the request came over TLS; who sent it was settled in the handshake.</summary>
    private sealed class Encrypted : ITlsConnectionFeature
    {
        public X509Certificate2? ClientCertificate { get; set; }

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(ClientCertificate);
    }
}
