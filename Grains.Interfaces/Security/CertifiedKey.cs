using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Crescent.Security;

/// <summary>A certificate and its private key, of an elliptic curve.</summary>
public sealed class CertifiedKey
{
    private readonly ECParameters _key;
    private readonly Lazy<X509Certificate2> _bound;

    private CertifiedKey(X509Certificate2 certificate, ECParameters key)
    {
        Certificate = certificate;
        _key = key;
        _bound = new(Bind);
    }

    /// <summary>Without the key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>With the key, as the operating system's TLS wants it.</summary>
    /// <exception cref="CryptographicException">The system does not keep keys of this curve.</exception>
    public X509Certificate2 Bound => _bound.Value;

    /// <exception cref="CryptographicException">The key is not that of the certificate.</exception>
    public static CertifiedKey Create(X509Certificate2 certificate, ECDsa key) =>
        certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo())
            ? new(certificate, key.ExportParameters(includePrivateParameters: true))
            : throw new CryptographicException("The private key is not that of the certificate");

    /// <summary>From PEM.</summary>
    /// <exception cref="CryptographicException">Unreadable, or the key is not the certificate's.</exception>
    public static CertifiedKey FromPem(string certificate, string privateKey)
    {
        var opened = X509Certificate2.CreateFromPem(certificate);
        try
        {
            using var key = EllipticKeys.Open(privateKey);
            return Create(opened, key);
        }
        catch (ArgumentException problem)
        {
            throw new CryptographicException("The private key is unreadable", problem);
        }
    }

    /// <summary>The key, for one thread.</summary>
    public ECDsa OpenKey() => EllipticKeys.Open(_key);

    /// <summary>PKCS #8.</summary>
    public string ExportKeyPem()
    {
        using var key = OpenKey();
        return key.ExportPkcs8PrivateKeyPem();
    }

    private X509Certificate2 Bind()
    {
        using var key = OpenKey();
        using var pair = Certificate.CopyWithPrivateKey(key);

        // Schannel takes no ephemeral keys.
        return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }
}
