using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Crescent.Security;

namespace Crescent.NodeAgent.Tests.Tls;

public sealed class SigningRequestsTests
{
    [Theory]
    [InlineData("nistP256", "SHA256")]
    [InlineData("nistP384", "SHA384")]
    [InlineData("nistP521", "SHA512")]
    public void Load_SignedWithItsKey_IsTheRequest(string curve, string hash)
    {
        using var key = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
        var pem = new CertificateRequest("CN=jane", key, new HashAlgorithmName(hash)).CreateSigningRequestPem();

        var request = SigningRequests.Load($"{key.ExportSubjectPublicKeyInfoPem()}\n{pem}");

        Assert.Equal("CN=jane", request.SubjectName.Name);
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), request.PublicKey.ExportSubjectPublicKeyInfo());
    }

    [Fact]
    public void Load_SignedWithAnRsaKey_IsTheRequest()
    {
        using var key = RSA.Create(2048);
        var pem = new CertificateRequest("CN=jane", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequestPem();

        Assert.Equal("CN=jane", SigningRequests.Load(pem).SubjectName.Name);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Load_SignatureOrStatementChanged_Throws(bool isSignature)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=jane", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        var changed = isSignature ? request.Length - 1 : request.AsSpan().IndexOf("jane"u8);
        request[changed] ^= 1;

        Assert.Throws<CryptographicException>(() => SigningRequests.Load(PemEncoding.WriteString("CERTIFICATE REQUEST", request)));
    }

    [Fact]
    public void Load_NoRequest_Throws()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.ThrowsAny<Exception>(() => SigningRequests.Load(key.ExportSubjectPublicKeyInfoPem()));
    }
}
