using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Crescent.Api.Tests.Hosting;

/// <summary>A certificate authority for one test host.</summary>
public sealed class TestAuthority
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly DateTimeOffset From = DateTimeOffset.UtcNow.AddDays(-1);

    public TestAuthority()
    {
        var request = new CertificateRequest("CN=crescent-test-ca", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        Certificate = request.CreateSelfSigned(From, From.AddYears(1));
    }

    public X509Certificate2 Certificate { get; }

    public X509Certificate2 IssueServer()
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        return Issue(new X500DistinguishedName("CN=kube-apiserver"), "1.3.6.1.5.5.7.3.1", names.Build());
    }

    public X509Certificate2 IssueClient(string user, params string[] groups) => Issue(Subject(user, groups), "1.3.6.1.5.5.7.3.2");

    /// <summary>A client certificate that was good until an hour ago.</summary>
    public X509Certificate2 IssueExpiredClient(string user, params string[] groups) =>
        Issue(Subject(user, groups), "1.3.6.1.5.5.7.3.2", end: DateTimeOffset.UtcNow.AddHours(-1));

    /// <summary>A certificate of a server, shown by a client.</summary>
    public X509Certificate2 IssueServerAs(string user, params string[] groups) => Issue(Subject(user, groups), "1.3.6.1.5.5.7.3.1");

    private static X500DistinguishedName Subject(string user, string[] groups)
    {
        var subject = new X500DistinguishedNameBuilder();
        foreach (var group in groups)
        {
            subject.AddOrganizationName(group);
        }

        subject.AddCommonName(user);
        return subject.Build();
    }

    private X509Certificate2 Issue(X500DistinguishedName subject, string usage, X509Extension? names = null, DateTimeOffset? end = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        if (names is not null)
        {
            request.CertificateExtensions.Add(names);
        }

        using var issued = request.Create(Certificate, From, end ?? From.AddDays(300), RandomNumberGenerator.GetBytes(16));
        using var withKey = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }
}
