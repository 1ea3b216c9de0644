using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Crescent.NodeAgent.Tls;

/// <summary>Keys made by the platform.</summary>
internal sealed class SystemNodeKeys : INodeKeys
{
    public NodeKey Create(string commonName)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={commonName}", key, HashAlgorithmName.SHA256);
        return new(key.ExportPkcs8PrivateKeyPem(), request.CreateSigningRequestPem());
    }

    public X509Certificate2 Open(string certificate, string privateKey)
    {
        using var pair = X509Certificate2.CreateFromPem(certificate, privateKey);

        // Schannel takes no ephemeral keys.
        return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }
}
