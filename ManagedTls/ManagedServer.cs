using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace Crescent.ManagedTls;

/// <summary>The called end of one managed handshake.</summary>
/// <param name="crypto">The handshake's.</param>
/// <param name="identity">Shown to the caller.</param>
/// <param name="protocols">What can be spoken inside, best first. A caller who insists on another is told so.</param>
/// <param name="check">Called with what the caller shows, an empty list when he shows nothing; throws <see cref="TlsFatalAlert"/> to refuse.</param>
internal sealed class ManagedServer(BcTlsCrypto crypto, ManagedIdentity identity, IList<ProtocolName> protocols, Action<Certificate> check)
    : DefaultTlsServer(crypto)
{
    /// <summary>What was agreed upon to be spoken inside; null when the caller did not ask.</summary>
    public ProtocolName? Protocol { get; private set; }

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

    public override void NotifyHandshakeComplete()
    {
        base.NotifyHandshakeComplete();
        Protocol = m_context.SecurityParameters.ApplicationProtocol;
    }

    protected override ProtocolVersion[] GetSupportedVersions() => ManagedSuites.Versions;

    protected override int[] GetSupportedCipherSuites() => ManagedSuites.All;

    protected override IList<ProtocolName> GetProtocolNames() => protocols;
}
