using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Crescent.Security;

/// <summary>Judges certificates by the cluster's own authorities alone; the machine's trust store has no say.</summary>
public static class ClusterTrust
{
    /// <summary>Chain rules for a TLS handshake. Revocation is not asked for: leaves are short-lived.</summary>
    public static X509ChainPolicy Policy(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    /// <summary>True when the chain is sound; a name that differs from the dialled address is no fault, the issuer decides.</summary>
    public static bool IsTrusted(SslPolicyErrors errors) => (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None;

    /// <summary>Whether <paramref name="certificate"/> was issued by one of <paramref name="authorities"/> and is valid now.</summary>
    public static bool IsIssuedBy(X509Certificate2 certificate, X509Certificate2Collection authorities)
    {
        using var chain = new X509Chain { ChainPolicy = Policy(authorities) };
        return chain.Build(certificate);
    }
}
