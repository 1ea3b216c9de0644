using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Crescent.Security;

namespace Crescent.Authentication;

/// <summary>A key tokens are signed with (ES256) or verified with (ES256, ES384, RS256). Thread-safe.</summary>
public sealed class TokenKey
{
    private readonly AsymmetricAlgorithm _key;
    private readonly Lock _lock = new();

    private TokenKey(AsymmetricAlgorithm key, string? id = null)
    {
        _key = key;
        Id = id ?? Base64Url.EncodeToString(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
    }

    /// <summary><c>kid</c>: the hash of the public key, as Kubernetes makes it, or what an issuer calls it.</summary>
    public string Id { get; }

    public string Algorithm => _key is RSA ? "RS256" : ((ECDsa)_key).KeySize == 384 ? "ES384" : "ES256";

    /// <summary>A fresh P-256 key.</summary>
    public static TokenKey Generate() => new(EllipticKeys.Generate());

    /// <summary>Private or public, EC or RSA.</summary>
    /// <exception cref="ArgumentException">No key is in the text.</exception>
    public static TokenKey FromPem(string pem)
    {
        try
        {
            return new(EllipticKeys.Open(pem));
        }
        catch (CryptographicException)
        {
            var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return new(rsa);
        }
    }

    /// <summary>Null for kinds of keys that are not supported.</summary>
    public static TokenKey? FromJwk(JsonNode jwk)
    {
        var id = Text(jwk, "kid");
        switch (Text(jwk, "kty"))
        {
            case "RSA":
                return new(RSA.Create(new RSAParameters { Modulus = Bytes(jwk, "n"), Exponent = Bytes(jwk, "e") }), id);
            case "EC" when Text(jwk, "crv") is "P-256" or "P-384":
                var curve = Text(jwk, "crv") == "P-256" ? ECCurve.NamedCurves.nistP256 : ECCurve.NamedCurves.nistP384;
                return new(EllipticKeys.Open(new ECParameters { Curve = curve, Q = new() { X = Bytes(jwk, "x"), Y = Bytes(jwk, "y") } }), id);
            default:
                return null;
        }
    }

    /// <summary>The public half, see <see href="https://www.rfc-editor.org/rfc/rfc7517">RFC 7517</see>.</summary>
    public JsonObject ToJwk()
    {
        var jwk = new JsonObject { ["use"] = "sig", ["kty"] = _key is RSA ? "RSA" : "EC", ["kid"] = Id, ["alg"] = Algorithm };
        if (_key is RSA rsa)
        {
            var parameters = rsa.ExportParameters(false);
            jwk["n"] = Base64Url.EncodeToString(parameters.Modulus);
            jwk["e"] = Base64Url.EncodeToString(parameters.Exponent);
        }
        else
        {
            var point = ((ECDsa)_key).ExportParameters(false).Q;
            jwk["crv"] = Algorithm == "ES384" ? "P-384" : "P-256";
            jwk["x"] = Base64Url.EncodeToString(point.X);
            jwk["y"] = Base64Url.EncodeToString(point.Y);
        }

        return jwk;
    }

    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        lock (_lock)
        {
            return _key is RSA rsa ? rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) : ((ECDsa)_key).SignData(data, Hash);
        }
    }

    /// <summary>False also when <paramref name="algorithm"/>, which the token names, is not this key's: a token has no say in how it is checked.</summary>
    public bool Verify(string algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (algorithm != Algorithm)
        {
            return false;
        }

        lock (_lock)
        {
            return _key is RSA rsa
                ? rsa.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                : ((ECDsa)_key).VerifyData(data, signature, Hash);
        }
    }

    private HashAlgorithmName Hash => Algorithm == "ES384" ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256;

    private static string? Text(JsonNode node, string name) => (string?)node[name];

    private static byte[] Bytes(JsonNode node, string name) => Base64Url.DecodeFromChars((string)node[name]!);
}
