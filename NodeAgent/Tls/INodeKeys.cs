using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Crescent.NodeAgent.Tls;

/// <summary>Makes the node's private keys (ECDSA P-256) and puts them together with certificates.</summary>
internal interface INodeKeys
{
    /// <param name="commonName">For the signing request's subject; the cluster decides what becomes of it.</param>
    NodeKey Create(string commonName);

    /// <summary>A certificate and its key, from PEM, as this platform's TLS wants it.</summary>
    /// <exception cref="CryptographicException">Unreadable, or the key is not the certificate's.</exception>
    X509Certificate2 Open(string certificate, string privateKey);
}
