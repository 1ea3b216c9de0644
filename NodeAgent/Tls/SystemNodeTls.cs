using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Crescent.NodeAgent.Registration;
using Crescent.Security;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Crescent.NodeAgent.Tls;

/// <summary>The operating system's TLS.</summary>
internal sealed class SystemNodeTls(NodeCredentials credentials) : INodeTls
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    public HttpClient CreateClient(Uri server, X509Certificate2Collection? authorities, bool isMember) => new(new SocketsHttpHandler
    {
        SslOptions = new()
        {
            ClientCertificates = isMember ? [credentials.Current] : null,
            CertificateChainPolicy = authorities is null ? null : ClusterTrust.Policy(authorities),
            RemoteCertificateValidationCallback = (_, _, _, errors) => authorities is null || errors == SslPolicyErrors.None,
        },
        ConnectTimeout = ConnectTimeout,
    })
    {
        BaseAddress = server,
    };

    public void Listen(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        listen.UseHttps(https =>
        {
            https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
            https.ServerCertificateSelector = (_, _) => credentials.Serving.Bound;
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = (certificate, _, _) =>
                ClusterTrust.IsIssuedBy(certificate, credentials.Authorities)
                && ClusterIdentities.IsMemberOf(certificate, ClusterIdentities.Masters);
        });
    }
}
