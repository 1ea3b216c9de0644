using System.Net;
using System.Text;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace Crescent.ManagedTls;

/// <summary>The calling end of one managed handshake.</summary>
internal sealed class ManagedClient(BcTlsCrypto crypto, string serverName, ManagedIdentity? identity, Action<Certificate> check)
    : DefaultTlsClient(crypto)
{
    public override TlsAuthentication GetAuthentication() => new Authentication(m_context, crypto, identity, check);

    public override bool RequiresExtendedMasterSecret() => true;

    protected override ProtocolVersion[] GetSupportedVersions() => ManagedSuites.Versions;

    protected override int[] GetSupportedCipherSuites() => ManagedSuites.All;

    // Addresses are no server names: https://www.rfc-editor.org/rfc/rfc6066#section-3.
    protected override IList<ServerName>? GetSniServerNames() => IPAddress.TryParse(serverName, out _)
        ? null
        : [new ServerName(NameType.host_name, Encoding.ASCII.GetBytes(serverName))];

    private sealed class Authentication(TlsContext context, BcTlsCrypto crypto, ManagedIdentity? identity, Action<Certificate> check)
        : TlsAuthentication
    {
        public void NotifyServerCertificate(TlsServerCertificate serverCertificate) => check(serverCertificate.Certificate);

        public TlsCredentials? GetClientCredentials(CertificateRequest certificateRequest) =>
            identity?.SignerFor(context, crypto, certificateRequest.GetCertificateRequestContext());
    }
}
