using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s;

namespace Crescent.Chaos.Clusters;

/// <summary>Clients with the administrator's certificate. The server's is checked against the cluster's authority, not by name.</summary>
internal sealed class ApiConnections(string kubeconfig) : IDisposable
{
    private readonly List<HttpClient> _clients = [];
    private readonly Lock _lock = new();
    private X509Certificate2? _certificate;
    private X509Certificate2Collection? _authorities;

    /// <summary>A client with connections of its own.</summary>
    public HttpClient Open(Uri server)
    {
        lock (_lock)
        {
            Load();
            var handler = new SocketsHttpHandler
            {
                ConnectTimeout = TimeSpan.FromSeconds(3),
                KeepAlivePingDelay = TimeSpan.FromSeconds(5),
                KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
                KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
                SslOptions = new() { RemoteCertificateValidationCallback = Trusts, ClientCertificates = [_certificate!] },
            };
            var client = new HttpClient(handler)
            {
                BaseAddress = server, DefaultRequestVersion = HttpVersion.Version20,
                DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact, Timeout = Timeout.InfiniteTimeSpan,
            };
            _clients.Add(client);
            return client;
        }
    }

    public void Dispose()
    {
        _clients.ForEach(client => client.Dispose());
        _certificate?.Dispose();
    }

    private void Load()
    {
        if (_certificate is not null)
        {
            return;
        }

        var settings = KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig);
        _authorities = settings.SslCaCerts;
        _certificate = X509Certificate2.CreateFromPem(
            Encoding.UTF8.GetString(Convert.FromBase64String(settings.ClientCertificateData)),
            Encoding.UTF8.GetString(Convert.FromBase64String(settings.ClientCertificateKeyData)));
    }

    private bool Trusts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || chain is null)
        {
            return false;
        }

        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities!);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build((X509Certificate2)certificate);
    }
}
