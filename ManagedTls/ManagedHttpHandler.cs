using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Crescent.Security;
using Org.BouncyCastle.Tls;

namespace Crescent.ManagedTls;

/// <summary>Carries <c>https</c> and <c>wss</c> requests to servers of the cluster over managed TLS; HTTP/1.1, and no proxy is asked.</summary>
public sealed class ManagedHttpHandler : DelegatingHandler
{
    private readonly Func<X509Certificate2Collection>? _authorities;
    private readonly Func<CertifiedKey?> _identity;

    /// <param name="authorities">Who may have issued the server's certificate, which has to carry the name dialled; null: anybody.</param>
    /// <param name="identity">Shown when asked; null: nothing. Both are asked at each connection.</param>
    /// <param name="connectTimeout">How long a connection may take to stand.</param>
    public ManagedHttpHandler(Func<X509Certificate2Collection>? authorities, Func<CertifiedKey?> identity, TimeSpan connectTimeout)
    {
        _authorities = authorities;
        _identity = identity;
        InnerHandler = new SocketsHttpHandler
        {
            ConnectTimeout = connectTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            UseProxy = false,
            ConnectCallback = ConnectAsync,
        };
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // The handler beneath would put the system's TLS on top of https: what it sees is the inside of the connection.
        request.RequestUri = request.RequestUri is { } address ? Inside(address) : null;
        return base.SendAsync(request, cancellationToken);
    }

    private static Uri Inside(Uri address) => new UriBuilder(address)
    {
        Scheme = address.Scheme == Uri.UriSchemeWss ? Uri.UriSchemeWs : Uri.UriSchemeHttp,
        Port = address.Port,
    }.Uri;

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, context.DnsEndPoint.Port, cancellationToken);
        }
        catch (Exception)
        {
            socket.Dispose();
            throw;
        }

        var trusted = _authorities?.Invoke();
        return await ManagedHandshakes.ConnectAsync(
            new NetworkStream(socket, ownsSocket: true), host, _identity() is { } own ? ManagedIdentity.Of(own) : null, Check, cancellationToken);

        void Check(Certificate shown)
        {
            if (trusted is not null)
            {
                PeerCertificates.Check(
                    shown, isServer: true, trusted, certificate => certificate.MatchesHostname(host, allowWildcards: true, allowCommonName: false));
            }
        }
    }
}
