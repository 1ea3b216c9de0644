using System.Security.Cryptography.X509Certificates;
using Crescent.ManagedTls;
using Crescent.NodeAgent.Registration;
using Crescent.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Crescent.NodeAgent.Tls;

/// <summary>HTTP/1.1 over managed TLS.</summary>
internal sealed class ManagedNodeTls(NodeCredentials credentials) : INodeTls
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    public HttpClient CreateClient(Uri server, X509Certificate2Collection? authorities, bool isMember) =>
        new(new ManagedHttpHandler(authorities is null ? null : () => authorities, () => isMember ? credentials.Client : null, ConnectTimeout)) { BaseAddress = server };

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

    /// <summary>Tells Kestrel that the request came over TLS; who sent it was settled in the handshake.</summary>
    private sealed class Encrypted : ITlsConnectionFeature
    {
        public X509Certificate2? ClientCertificate { get; set; }

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(ClientCertificate);
    }
}
