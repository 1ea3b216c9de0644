using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Crescent.Security;
using Org.BouncyCastle.Tls;

namespace Crescent.ManagedTls;

/// <summary>What the other end of a managed handshake showed.</summary>
internal static class PeerCertificates
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>What the other end says it is, unjudged but for its key, which the handshake proves; null when it shows nothing.</summary>
    /// <exception cref="TlsFatalAlert">It is no certificate.</exception>
    public static X509Certificate2? First(Certificate shown)
    {
        if (shown.IsEmpty)
        {
            return null;
        }

        try
        {
            return X509CertificateLoader.LoadCertificate(shown.GetCertificateAt(0).GetEncoded());
        }
        catch (CryptographicException problem)
        {
            throw new TlsFatalAlert(AlertDescription.bad_certificate, problem);
        }
    }

    /// <summary>Builds the chain to one of <paramref name="authorities"/> for the peer's part, then asks <paramref name="isAllowed"/>.</summary>
    /// <exception cref="TlsFatalAlert">There is none, it is unsound, or not allowed.</exception>
    public static void Check(
        Certificate shown, bool isServer, X509Certificate2Collection authorities, Func<X509Certificate2, bool> isAllowed)
    {
        X509Certificate2Collection certificates = [];
        try
        {
            foreach (var item in shown.GetCertificateList())
            {
                certificates.Add(X509CertificateLoader.LoadCertificate(item.GetEncoded()));
            }

            if (certificates.Count == 0)
            {
                throw new TlsFatalAlert(AlertDescription.bad_certificate, "no certificate was shown");
            }

            using var chain = new X509Chain { ChainPolicy = ClusterTrust.Policy(authorities) };
            chain.ChainPolicy.ApplicationPolicy.Add(new Oid(isServer ? ServerAuthentication : ClientAuthentication));
            chain.ChainPolicy.ExtraStore.AddRange(certificates);
            if (!chain.Build(certificates[0]))
            {
                throw new TlsFatalAlert(
                    AlertDescription.bad_certificate, string.Join(", ", chain.ChainStatus.Select(static status => status.Status)));
            }

            if (!isAllowed(certificates[0]))
            {
                throw new TlsFatalAlert(AlertDescription.access_denied, $"{certificates[0].Subject} is not allowed here");
            }
        }
        catch (CryptographicException problem)
        {
            throw new TlsFatalAlert(AlertDescription.bad_certificate, problem);
        }
        finally
        {
            foreach (var certificate in certificates)
            {
                certificate.Dispose();
            }
        }
    }
}
