using System.Security.Cryptography.X509Certificates;

namespace Crescent.Security;

/// <summary>
/// What this process shows to, and expects from, the other end of an Orleans connection. Asked at every handshake, so a renewed
/// certificate is used from the next connection on.
/// </summary>
public interface IConnectionCertificates
{
    /// <summary>This process' certificate with its private key; valid for client and, on silos, server authentication.</summary>
    X509Certificate2 Current { get; }

    /// <summary>Certificate authorities of the cluster; nothing else is trusted.</summary>
    X509Certificate2Collection Authorities { get; }
}
