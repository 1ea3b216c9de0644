using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Crescent.NodeAgent.Tls.Managed;
using Crescent.Security;

namespace Crescent.NodeAgent.Tests.Tls;

public sealed class ManagedNodeKeysTests
{
    [Fact]
    public void Create_NodeUser_IsASigningRequestThePlatformVerifies()
    {
        var key = new ManagedNodeKeys().Create(ClusterIdentities.NodeUser("node-1"));

        var request = CertificateRequest.LoadSigningRequestPem(key.SigningRequest, HashAlgorithmName.SHA256);
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportFromPem(key.PrivateKey);
        Assert.Equal("CN=system:node:node-1", request.SubjectName.Name);
        Assert.Equal(ecdsa.ExportSubjectPublicKeyInfo(), request.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.Equal("1.2.840.10045.3.1.7", ecdsa.ExportParameters(false).Curve.Oid.Value);
    }

    [Fact]
    public void Open_KeyOfTheCertificate_IsTheCertificate()
    {
        using var authority = new TestAuthority();
        using var issued = authority.Issue("someone", "somewhere", TestAuthority.ClientUse);
        using var key = issued.GetECDsaPrivateKey()!;

        using var opened = new ManagedNodeKeys().Open(issued.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());

        Assert.Equal(issued.Thumbprint, opened.Thumbprint);
    }

    [Fact]
    public void Open_KeyOfAnotherCertificate_Throws()
    {
        using var authority = new TestAuthority();
        using var issued = authority.Issue("someone", "somewhere", TestAuthority.ClientUse);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.Throws<CryptographicException>(() => new ManagedNodeKeys().Open(issued.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")]
    public void Open_NoKey_Throws(string privateKey)
    {
        using var authority = new TestAuthority();
        using var issued = authority.Issue("someone", "somewhere", TestAuthority.ClientUse);

        Assert.Throws<CryptographicException>(() => new ManagedNodeKeys().Open(issued.ExportCertificatePem(), privateKey));
    }
}
