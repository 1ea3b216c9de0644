using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Crescent.Grains.Certificates;
using Crescent.Security;
using Microsoft.Extensions.Options;

namespace Crescent.SiloHost.Certificates;

/// <summary>Signs approved CertificateSigningRequests with the cluster's authority.</summary>
internal sealed class RequestSigner(ClusterSecrets secrets, IOptions<CertificateOptions> options) : ICertificateSigner
{
    private const string AlternativeNames = "2.5.29.17";

    public (string? Certificate, string? Problem) Sign(string request, bool isServer, bool isClient, TimeSpan? lifetime)
    {
        try
        {
            var signing = SigningRequests.Load(request, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
            var names = signing.CertificateExtensions.FirstOrDefault(static item => item.Oid?.Value == AlternativeNames);
            var longest = options.Value.LeafLifetime * 12;
            var asked = lifetime ?? longest;
            using var issued = secrets.Authority.Issue(
                signing.SubjectName, isServer, isClient, names is null ? null : new X509SubjectAlternativeNameExtension(names.RawData), asked < longest ? asked : longest,
                signing.PublicKey);
            return (issued.ExportCertificatePem() + "\n", null);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return (null, exception.Message);
        }
    }
}
