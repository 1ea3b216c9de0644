using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Pkcs;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace Crescent.NodeAgent.Tls.Managed;

/// <summary>Keys made without the platform. Certificates it opens carry no private key: <see cref="ManagedIdentity"/> has it.</summary>
internal sealed class ManagedNodeKeys : INodeKeys
{
    public NodeKey Create(string commonName)
    {
        var generator = new ECKeyPairGenerator("ECDSA");
        generator.Init(new ECKeyGenerationParameters(SecObjectIdentifiers.SecP256r1, SystemRandom.Create()));
        var pair = generator.GenerateKeyPair();
        var subject = new X509Name([X509Name.CN], new Dictionary<DerObjectIdentifier, string> { [X509Name.CN] = commonName });

        // The set of attributes may be empty, not absent: https://www.rfc-editor.org/rfc/rfc2986#section-4.1.
        var request = new Pkcs10CertificationRequest("SHA256WITHECDSA", subject, pair.Public, DerSet.Empty, pair.Private);
        return new(
            PemEncoding.WriteString("PRIVATE KEY", PrivateKeyInfoFactory.CreatePrivateKeyInfo(pair.Private).GetDerEncoded()),
            PemEncoding.WriteString("CERTIFICATE REQUEST", request.GetDerEncoded()));
    }

    public X509Certificate2 Open(string certificate, string privateKey)
    {
        var opened = X509Certificate2.CreateFromPem(certificate);
        var key = ReadKey(privateKey);
        var own = new X509CertificateParser().ReadCertificate(opened.RawData).GetPublicKey();
        return key.Parameters.G.Multiply(key.D).Normalize() is var point && own is ECPublicKeyParameters known && known.Q.Normalize().Equals(point)
            ? opened
            : throw new CryptographicException("The private key is not that of the certificate");
    }

    /// <exception cref="CryptographicException">No PKCS #8 key of an elliptic curve.</exception>
    internal static ECPrivateKeyParameters ReadKey(string pem)
    {
        try
        {
            var fields = PemEncoding.Find(pem);
            return PrivateKeyFactory.CreateKey(Convert.FromBase64String(pem[fields.Base64Data])) as ECPrivateKeyParameters
                ?? throw new CryptographicException("The private key is not one of an elliptic curve");
        }
        catch (Exception problem) when (problem is ArgumentException or FormatException or IOException or InvalidKeyException)
        {
            throw new CryptographicException("The private key is unreadable", problem);
        }
    }
}
