using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Crescent.Security;

namespace Crescent.SiloHost.Certificates;

/// <summary>
/// The authorities of a cluster: <c>pki/ca.crt</c> with <c>pki/ca.key</c> signs, each <c>pki/ca-*.crt</c> is trusted beside it, which is how one
/// follows the other.
/// </summary>
/// <param name="Signing">Issues everything new.</param>
/// <param name="Trusted">All of them, without keys.</param>
/// <param name="Pem">All of them, the signing one first.</param>
internal sealed record AuthoritySet(CertificateAuthority Signing, X509Certificate2Collection Trusted, string Pem)
{
    /// <summary>Differs from set to set: SHA-256 over <see cref="Pem"/>, lower-case hex.</summary>
    public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Pem)));

    /// <exception cref="CryptographicException">Key and certificate do not belong together, or a file is damaged.</exception>
    public static AuthoritySet Load(string directory, TimeProvider time)
    {
        var certificate = Path.Combine(directory, "ca.crt");
        var texts = Directory.GetFiles(directory, "ca-*.crt").Order(StringComparer.Ordinal).Prepend(certificate).Select(File.ReadAllText);
        var pem = string.Concat(texts.Select(static text => text.TrimEnd() + "\n"));
        X509Certificate2Collection trusted = [];
        trusted.ImportFromPem(pem);
        return new(
            new(CertifiedKey.FromPem(File.ReadAllText(certificate), File.ReadAllText(Path.Combine(directory, "ca.key"))), time), trusted, pem);
    }
}
