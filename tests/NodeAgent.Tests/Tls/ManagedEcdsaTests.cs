using System.Security.Cryptography;
using Crescent.ManagedTls;

namespace Crescent.NodeAgent.Tests.Tls;

/// <summary>Managed keys against the platform's.</summary>
public sealed class ManagedEcdsaTests
{
    private static readonly byte[] Text = "what was said"u8.ToArray();

    public static TheoryData<string> Curves => ["nistP256", "nistP384", "nistP521"];

    [Theory]
    [MemberData(nameof(Curves))]
    public void Sign_ManagedKey_ThePlatformVerifies(string curve)
    {
        using var managed = new ManagedEcdsa();
        managed.GenerateKey(ECCurve.CreateFromFriendlyName(curve));
        using var platform = ECDsa.Create();
        platform.ImportFromPem(managed.ExportSubjectPublicKeyInfoPem());

        Assert.True(platform.VerifyData(Text, managed.SignData(Text, HashAlgorithmName.SHA384), HashAlgorithmName.SHA384));
        Assert.True(platform.VerifyData(
            Text, managed.SignData(Text, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        Assert.Equal(platform.KeySize, managed.KeySize);
    }

    [Theory]
    [MemberData(nameof(Curves))]
    public void Verify_SignatureOfThePlatform_IsRightUntilABitDiffers(string curve)
    {
        using var platform = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
        using var managed = new ManagedEcdsa();
        managed.ImportFromPem(platform.ExportSubjectPublicKeyInfoPem());
        var signature = platform.SignData(Text, HashAlgorithmName.SHA256);

        Assert.True(managed.VerifyData(Text, signature, HashAlgorithmName.SHA256));
        signature[^1] ^= 1;
        Assert.False(managed.VerifyData(Text, signature, HashAlgorithmName.SHA256));
        Assert.False(managed.VerifyData(Text, signature.AsSpan(1), HashAlgorithmName.SHA256));
        Assert.False(managed.VerifyData(Text, new byte[signature.Length], HashAlgorithmName.SHA256));
    }

    [Theory]
    [MemberData(nameof(Curves))]
    public void Export_KeyOfThePlatform_IsTheSameKey(string curve)
    {
        using var platform = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
        using var fromPkcs8 = new ManagedEcdsa();
        fromPkcs8.ImportFromPem(platform.ExportPkcs8PrivateKeyPem());
        using var fromSec1 = new ManagedEcdsa();
        fromSec1.ImportFromPem(platform.ExportECPrivateKeyPem());
        using var fromSecret = new ManagedEcdsa();
        var parameters = platform.ExportParameters(true);
        fromSecret.ImportParameters(parameters with { Q = default });

        Assert.All([fromPkcs8, fromSec1, fromSecret], managed =>
        {
            Assert.Equal(platform.ExportPkcs8PrivateKeyPem(), managed.ExportPkcs8PrivateKeyPem());
            Assert.Equal(platform.ExportSubjectPublicKeyInfoPem(), managed.ExportSubjectPublicKeyInfoPem());
        });
    }

    [Fact]
    public void Import_PointOutsideTheCurve_Throws()
    {
        using var platform = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var parameters = platform.ExportParameters(false);
        parameters.Q.Y![5] ^= 1;
        using var managed = new ManagedEcdsa();

        Assert.Throws<CryptographicException>(() => managed.ImportParameters(parameters));
    }

    [Fact]
    public void Import_SecretOfAnotherPoint_Throws()
    {
        using var one = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var managed = new ManagedEcdsa();

        Assert.Throws<CryptographicException>(() => managed.ImportParameters(one.ExportParameters(true) with { Q = other.ExportParameters(false).Q }));
    }

    [Fact]
    public void Import_SecretZero_Throws()
    {
        using var platform = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var managed = new ManagedEcdsa();

        Assert.Throws<CryptographicException>(() => managed.ImportParameters(platform.ExportParameters(true) with { D = new byte[32] }));
    }

    [Fact]
    public void Sign_PublicKeyAlone_Throws()
    {
        using var platform = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var managed = new ManagedEcdsa();
        managed.ImportParameters(platform.ExportParameters(false));

        Assert.Throws<CryptographicException>(() => managed.SignData(Text, HashAlgorithmName.SHA256));
        Assert.Throws<CryptographicException>(() => managed.ExportPkcs8PrivateKeyPem());
    }
}
