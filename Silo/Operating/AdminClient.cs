using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Crescent.ManagedTls;
using Crescent.Security;

namespace Crescent.SiloHost.Operating;

/// <summary>An HTTP client with the administrator's kubeconfig of a home directory.</summary>
internal static class AdminClient
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Null while there is no kubeconfig yet.</summary>
    public static HttpClient? TryCreate(string home, TlsKind tls = TlsKind.System)
    {
        var path = Path.Combine(home, "kubeconfig");
        if (!File.Exists(path))
        {
            return null;
        }

        var text = File.ReadAllText(path);
        ProcessKeys.Select(tls);
        var own = CertifiedKey.FromPem(Pem(text, "client-certificate-data"), Pem(text, "client-key-data"));
        X509Certificate2Collection authorities = [X509Certificate2.CreateFromPem(Pem(text, "certificate-authority-data"))];
        return new(CreateHandler(own, authorities, tls))
        {
            BaseAddress = new(Field(text, "server")),
            Timeout = TimeSpan.FromSeconds(10),
        };
    }

    private static HttpMessageHandler CreateHandler(CertifiedKey own, X509Certificate2Collection authorities, TlsKind tls) => tls == TlsKind.Managed
        ? new ManagedHttpHandler(() => authorities, () => own, ConnectTimeout)
        : new SocketsHttpHandler
        {
            SslOptions = new()
            {
                ClientCertificates = [own.Bound],
                CertificateChainPolicy = ClusterTrust.Policy(authorities),
                RemoteCertificateValidationCallback = (_, _, _, errors) => errors == SslPolicyErrors.None,
            },
            ConnectTimeout = ConnectTimeout,
        };

    private static string Pem(string text, string field) => Encoding.ASCII.GetString(Convert.FromBase64String(Field(text, field)));

    private static string Field(string text, string field)
    {
        var start = text.IndexOf(field + ": ", StringComparison.Ordinal);
        if (start < 0)
        {
            throw new CryptographicException($"The kubeconfig has no {field}");
        }

        start += field.Length + 2;
        var end = text.IndexOf('\n', start);
        return (end < 0 ? text[start..] : text[start..end]).Trim();
    }
}
