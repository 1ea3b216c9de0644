using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Crescent.Security;

namespace Crescent.SiloHost.Certificates;

/// <summary>Issues certificates of this cluster: ECDSA P-256, SHA-256.</summary>
internal sealed class CertificateAuthority(CertifiedKey own, TimeProvider time)
{
    /// <summary>Clocks of nodes may be a little behind.</summary>
    private static readonly TimeSpan Backdating = TimeSpan.FromMinutes(5);

    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");
    private static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");

    public X509Certificate2 Certificate => own.Certificate;

    public static CertifiedKey CreateSelfSigned(string name, TimeSpan lifetime, TimeProvider time)
    {
        using var key = EllipticKeys.Generate();
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = time.GetUtcNow();
        return CertifiedKey.Create(
            request.Create(request.SubjectName, new FullLengthSignatures(key), now - Backdating, now + lifetime, SerialNumber()), key);
    }

    /// <summary>A certificate with a fresh key.</summary>
    public CertifiedKey Issue(CertificateSubject subject, TimeSpan lifetime)
    {
        using var key = EllipticKeys.Generate();
        return CertifiedKey.Create(Issue(subject, lifetime, new PublicKey(key)), key);
    }

    /// <summary>A certificate for somebody else's key.</summary>
    public X509Certificate2 Issue(CertificateSubject subject, TimeSpan lifetime, PublicKey publicKey)
    {
        X509Extension? alternative = null;
        if (!subject.DnsNames.IsEmpty || !subject.Addresses.IsEmpty)
        {
            var names = new SubjectAlternativeNameBuilder();
            foreach (var name in subject.DnsNames)
            {
                names.AddDnsName(name);
            }

            foreach (var address in subject.Addresses)
            {
                names.AddIpAddress(address);
            }

            alternative = names.Build();
        }

        return Issue(Name(subject), subject.IsServer, subject.IsClient, alternative, lifetime, publicKey);
    }

    /// <summary>A certificate whose names somebody else has judged.</summary>
    public X509Certificate2 Issue(
        X500DistinguishedName subject, bool isServer, bool isClient, X509Extension? alternative, TimeSpan lifetime, PublicKey publicKey)
    {
        var request = new CertificateRequest(subject, publicKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(Usages(isServer, isClient), false));
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        if (alternative is not null)
        {
            request.CertificateExtensions.Add(alternative);
        }

        var now = time.GetUtcNow();
        var end = now + lifetime;
        var last = new DateTimeOffset(Certificate.NotAfter.ToUniversalTime());
        using var key = own.OpenKey();
        return request.Create(
            Certificate.SubjectName,
            new FullLengthSignatures(key),
            now - Backdating,
            end < last ? end : last,
            SerialNumber());
    }

    private static byte[] SerialNumber() => RandomNumberGenerator.GetBytes(16);

    private static X500DistinguishedName Name(CertificateSubject subject)
    {
        var name = new X500DistinguishedNameBuilder();
        if (subject.Organization is { } organization)
        {
            name.AddOrganizationName(organization);
        }

        name.AddCommonName(subject.CommonName);
        return name.Build();
    }

    private static OidCollection Usages(bool isServer, bool isClient)
    {
        var usages = new OidCollection();
        if (isServer)
        {
            usages.Add(ServerAuthentication);
        }

        if (isClient)
        {
            usages.Add(ClientAuthentication);
        }

        return usages;
    }
}
