using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Crescent.Security;

/// <summary>PKCS #10 requests, <see href="https://www.rfc-editor.org/rfc/rfc2986">RFC 2986</see>.</summary>
public static class SigningRequests
{
    private const string EllipticKey = "1.2.840.10045.2.1";
    private const string Label = "CERTIFICATE REQUEST";

    /// <summary>Reads a request and checks that whoever made it has the key. What it asks for is for the caller to judge.</summary>
    /// <param name="pem">The first block of the kind counts.</param>
    /// <param name="options">Whether to read the extensions it asks for.</param>
    /// <exception cref="CryptographicException">Malformed, or its signature is wrong.</exception>
    /// <exception cref="ArgumentException">There is no such block.</exception>
    public static CertificateRequest Load(string pem, CertificateRequestLoadOptions options = CertificateRequestLoadOptions.Default)
    {
        var request = CertificateRequest.LoadSigningRequestPem(
            pem, HashAlgorithmName.SHA256, options | CertificateRequestLoadOptions.SkipSignatureValidation);
        if (!IsElliptic(request.PublicKey))
        {
            return CertificateRequest.LoadSigningRequestPem(pem, HashAlgorithmName.SHA256, options);
        }

        try
        {
            return IsSigned(pem, request.PublicKey) ? request : throw new CryptographicException("The signature is not one of the request's key");
        }
        catch (AsnContentException problem)
        {
            throw new CryptographicException("The request is malformed", problem);
        }
    }

    /// <summary>Whether it is a key on an elliptic curve: <see href="https://www.rfc-editor.org/rfc/rfc5480#section-2.1">RFC 5480, id-ecPublicKey</see>.</summary>
    public static bool IsElliptic(PublicKey key) => key.Oid.Value == EllipticKey;

    private static bool IsSigned(string pem, PublicKey publicKey)
    {
        var parts = new AsnReader(Find(pem), AsnEncodingRules.DER).ReadSequence();
        var statement = parts.ReadEncodedValue();
        var algorithm = parts.ReadSequence().ReadObjectIdentifier() switch
        {
            "1.2.840.10045.4.3.2" => HashAlgorithmName.SHA256,
            "1.2.840.10045.4.3.3" => HashAlgorithmName.SHA384,
            "1.2.840.10045.4.3.4" => HashAlgorithmName.SHA512,
            var other => throw new CryptographicException($"Requests signed with {other} are not supported"),
        };
        var signature = parts.ReadBitString(out _);
        using var key = EllipticKeys.Open(Parameters(publicKey));
        return key.VerifyData(statement.Span, signature, algorithm, DSASignatureFormat.Rfc3279DerSequence);
    }

    private static byte[] Find(string pem)
    {
        var rest = pem.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            if (rest[fields.Label] is Label)
            {
                return Convert.FromBase64String(rest[fields.Base64Data].ToString());
            }

            rest = rest[fields.Location.End..];
        }

        throw new ArgumentException($"There is no {Label}", nameof(pem));
    }

    /// <summary>A named curve, and the point uncompressed: <see href="https://www.rfc-editor.org/rfc/rfc5480">RFC 5480</see>.</summary>
    private static ECParameters Parameters(PublicKey key)
    {
        var point = key.EncodedKeyValue.RawData;
        var size = (point.Length - 1) / 2;
        return size > 0 && point[0] == 4 && point.Length == 1 + (2 * size)
            ? new()
            {
                Curve = ECCurve.CreateFromValue(new AsnReader(key.EncodedParameters?.RawData, AsnEncodingRules.DER).ReadObjectIdentifier()),
                Q = new() { X = point[1..(1 + size)], Y = point[(1 + size)..] },
            }
            : throw new CryptographicException("The request's key is no point of a named curve");
    }
}
