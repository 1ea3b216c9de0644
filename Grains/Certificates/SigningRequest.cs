using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Crescent.Security;

namespace Crescent.Grains.Certificates;

/// <summary>What a PKCS #10 request asks for; its signature is checked.</summary>
internal sealed class SigningRequest
{
    private const string CommonNameOid = "2.5.4.3";
    private const string OrganizationOid = "2.5.4.10";
    private const string AlternativeNamesOid = "2.5.29.17";

    public string CommonName { get; private init; } = "";

    public ImmutableArray<string> Organizations { get; private init; } = [];

    public ImmutableArray<string> DnsNames { get; private init; } = [];

    public int Addresses { get; private init; }

    /// <summary>E-mail addresses, URIs and other names.</summary>
    public bool HasOtherNames { get; private init; }

    /// <summary>Null with the problem when it is no request.</summary>
    public static SigningRequest? Read(string pem, out string problem)
    {
        try
        {
            if (!PemEncoding.TryFind(pem, out var fields) || pem[fields.Label] is not "CERTIFICATE REQUEST")
            {
                problem = "PEM block type must be CERTIFICATE REQUEST";
                return null;
            }

            var request = SigningRequests.Load(pem, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
            problem = "";
            return Of(request);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException or AsnContentException)
        {
            problem = exception.Message;
            return null;
        }
    }

    private static SigningRequest Of(CertificateRequest request)
    {
        var names = new List<(string Oid, string Value)>();
        var sequence = new AsnReader(request.SubjectName.RawData, AsnEncodingRules.DER).ReadSequence();
        while (sequence.HasData)
        {
            var set = sequence.ReadSetOf();
            while (set.HasData)
            {
                var attribute = set.ReadSequence();
                var oid = attribute.ReadObjectIdentifier();
                if (oid is CommonNameOid or OrganizationOid)
                {
                    names.Add((oid, attribute.ReadCharacterString((UniversalTagNumber)attribute.PeekTag().TagValue)));
                }
            }
        }

        var extension = request.CertificateExtensions.FirstOrDefault(static item => item.Oid?.Value == AlternativeNamesOid);
        var alternative = extension is null ? null : new X509SubjectAlternativeNameExtension(extension.RawData);
        var (dns, addresses) = (alternative?.EnumerateDnsNames().ToImmutableArray() ?? [], alternative?.EnumerateIPAddresses().Count() ?? 0);
        return new()
        {
            CommonName = names.Where(static name => name.Oid == CommonNameOid).Select(static name => name.Value).FirstOrDefault() ?? "",
            Organizations = [.. names.Where(static name => name.Oid == OrganizationOid).Select(static name => name.Value)],
            DnsNames = dns, Addresses = addresses, HasOtherNames = extension is not null && Count(extension) > dns.Length + addresses,
        };
    }

    private static int Count(X509Extension extension)
    {
        var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
        var count = 0;
        for (; names.HasData; count++)
        {
            names.ReadEncodedValue();
        }

        return count;
    }
}
