using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace Crescent.NodeAgent.Tls.Managed;

/// <summary>The called end of one managed handshake. The caller has to show a certificate.</summary>
internal sealed class ManagedServer(BcTlsCrypto crypto, ManagedIdentity identity, Action<Certificate> check) : DefaultTlsServer(crypto)
{
    public override bool RequiresExtendedMasterSecret() => true;

    public override TlsCredentials GetCredentials() => identity.SignerFor(m_context, crypto, requestContext: null);

    public override CertificateRequest GetCertificateRequest()
    {
        var algorithms = TlsUtilities.GetDefaultSupportedSignatureAlgorithms(m_context);
        return TlsUtilities.IsTlsV13(m_context)
            ? new CertificateRequest([], algorithms, null, null)
            : new CertificateRequest([ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign], algorithms, null);
    }

    public override void NotifyClientCertificate(Certificate clientCertificate) => check(clientCertificate);

    protected override ProtocolVersion[] GetSupportedVersions() => ManagedSuites.Versions;

    protected override int[] GetSupportedCipherSuites() => ManagedSuites.All;

    // Kestrel and the client agree on this one without asking; a caller who insists on another is told so.
    protected override IList<ProtocolName> GetProtocolNames() => [ProtocolName.Http_1_1];
}
