using System.Security.Cryptography.X509Certificates;
using Crescent.Security;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace Crescent.ManagedTls;

/// <summary>A certificate with its key (P-256), as one end of a managed handshake shows it.</summary>
internal sealed class ManagedIdentity(X509Certificate2 certificate, ECPrivateKeyParameters key)
{
    public static ManagedIdentity Of(CertifiedKey own)
    {
        using var key = own.OpenKey();
        return new(own.Certificate, new("ECDSA", new BigInteger(1, key.ExportParameters(true).D), SecObjectIdentifiers.SecP256r1));
    }

    /// <param name="context">The handshake.</param>
    /// <param name="crypto">The handshake's.</param>
    /// <param name="requestContext">Of the request this answers; null for a server's own.</param>
    /// <exception cref="TlsFatalAlert">The other end takes no ECDSA P-256 with SHA-256.</exception>
    public TlsCredentialedSigner SignerFor(TlsContext context, BcTlsCrypto crypto, byte[]? requestContext)
    {
        var algorithm = SignatureAndHashAlgorithm.GetInstance(HashAlgorithm.sha256, SignatureAlgorithm.ecdsa);
        var accepted = context.IsServer ? context.SecurityParameters.ClientSigAlgs : context.SecurityParameters.ServerSigAlgs;
        if (accepted is null || !accepted.Contains(algorithm))
        {
            throw new TlsFatalAlert(AlertDescription.handshake_failure);
        }

        var own = crypto.CreateCertificate(certificate.RawData);
        var chain = TlsUtilities.IsTlsV13(context)
            ? new Certificate(requestContext ?? [], [new CertificateEntry(own, null)])
            : new Certificate([own]);
        return new BcDefaultTlsCredentialedSigner(new TlsCryptoParameters(context), crypto, key, chain, algorithm);
    }
}
