using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Crescent.NodeAgent.Registration;

/// <summary>The node's private key: ECDSA P-256, or RSA where the platform cannot make that (Windows programs under Wine).</summary>
internal static class NodeKey
{
    private const int RsaKeySize = 2048;

    public static AsymmetricAlgorithm Create()
    {
        try
        {
            return ECDsa.Create(ECCurve.NamedCurves.nistP256);
        }
        catch (CryptographicException) when (OperatingSystem.IsWindows())
        {
            return new RSACryptoServiceProvider(RsaKeySize);
        }
    }

    public static CertificateRequest Request(string subject, AsymmetricAlgorithm key) => key is ECDsa ecdsa
        ? new(subject, ecdsa, HashAlgorithmName.SHA256)
        : new(subject, (RSA)key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
}
