using System.Security.Cryptography;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC.Multiplier;
using Org.BouncyCastle.Utilities;
using CurvePoint = Org.BouncyCastle.Math.EC.ECPoint;
using NamedCurve = System.Security.Cryptography.ECCurve;

namespace Crescent.ManagedTls;

/// <summary>
/// ECDSA over P-256, P-384 and P-521 in managed code, <see href="https://csrc.nist.gov/pubs/fips/186-5/final">FIPS 186-5</see>. Empty until a
/// key is generated or imported; one thread at a time.
/// </summary>
public sealed class ManagedEcdsa : ECDsa
{
    private static readonly (NamedCurve Curve, DerObjectIdentifier Id, int Bits)[] Curves =
    [
        (NamedCurve.NamedCurves.nistP256, SecObjectIdentifiers.SecP256r1, 256),
        (NamedCurve.NamedCurves.nistP384, SecObjectIdentifiers.SecP384r1, 384),
        (NamedCurve.NamedCurves.nistP521, SecObjectIdentifiers.SecP521r1, 521),
    ];

    private NamedCurve _curve;
    private ECDomainParameters? _domain;
    private CurvePoint? _point;
    private BigInteger? _secret;

    public ManagedEcdsa() => LegalKeySizesValue = [new(256, 384, 128), new(521, 521, 0)];

    private int FieldSize => (KeySize + 7) / 8;

    public override void GenerateKey(NamedCurve curve)
    {
        Take(curve);
        var generator = new ECKeyPairGenerator("ECDSA");
        generator.Init(new ECKeyGenerationParameters(_domain!, SystemRandom.Create()));
        var pair = generator.GenerateKeyPair();
        _secret = ((ECPrivateKeyParameters)pair.Private).D;
        _point = ((ECPublicKeyParameters)pair.Public).Q.Normalize();
    }

    /// <exception cref="CryptographicException">Another curve, a point outside it, or a secret that is not the point's.</exception>
    public override void ImportParameters(ECParameters parameters)
    {
        Take(parameters.Curve);
        try
        {
            _secret = parameters.D is { } secret ? _domain!.ValidatePrivateScalar(new BigInteger(1, secret)) : null;
            _point = (parameters.Q, _secret) switch
            {
                ({ X: { } x, Y: { } y }, _) => _domain!.ValidatePublicPoint(_domain.Curve.CreatePoint(new(1, x), new(1, y))).Normalize(),
                (_, not null) => Multiplied(_secret),
                _ => throw new CryptographicException("A key is a point or a secret"),
            };
        }
        catch (ArgumentException problem)
        {
            throw new CryptographicException("The key is none of its curve", problem);
        }

        if (_secret is not null && !Multiplied(_secret).Equals(_point))
        {
            throw new CryptographicException("The private key is not that of the public key");
        }
    }

    /// <exception cref="CryptographicException">There is no key, or not the private one.</exception>
    public override ECParameters ExportParameters(bool includePrivateParameters)
    {
        var point = Point;
        return new()
        {
            Curve = _curve,
            Q = new() { X = point.AffineXCoord.GetEncoded(), Y = point.AffineYCoord.GetEncoded() },
            D = includePrivateParameters ? BigIntegers.AsUnsignedByteArray(FieldSize, Secret) : null,
        };
    }

    public override byte[] SignHash(byte[] hash)
    {
        var signer = new ECDsaSigner();
        signer.Init(true, new ParametersWithRandom(new ECPrivateKeyParameters(Secret, _domain!), SystemRandom.Create()));
        var pair = signer.GenerateSignature(hash);
        return [.. BigIntegers.AsUnsignedByteArray(FieldSize, pair[0]), .. BigIntegers.AsUnsignedByteArray(FieldSize, pair[1])];
    }

    public override bool VerifyHash(byte[] hash, byte[] signature)
    {
        var verifier = new ECDsaSigner();
        verifier.Init(false, new ECPublicKeyParameters(Point, _domain!));
        return signature.Length == 2 * FieldSize
            && verifier.VerifySignature(hash, new BigInteger(1, signature, 0, FieldSize), new BigInteger(1, signature, FieldSize, FieldSize));
    }

    protected override byte[] HashData(byte[] data, int offset, int count, HashAlgorithmName hashAlgorithm) =>
        CryptographicOperations.HashData(hashAlgorithm, data.AsSpan(offset, count));

    protected override byte[] HashData(Stream data, HashAlgorithmName hashAlgorithm) => CryptographicOperations.HashData(hashAlgorithm, data);

    private CurvePoint Point => _point ?? throw new CryptographicException("There is no key yet");

    private BigInteger Secret => _secret ?? throw new CryptographicException("The private key is not known");

    private CurvePoint Multiplied(BigInteger secret) => new FixedPointCombMultiplier().Multiply(_domain!.G, secret).Normalize();

    private void Take(NamedCurve curve)
    {
        var found = Array.Find(Curves, item => curve.IsNamed
            && (curve.Oid.Value is { } value ? item.Id.Id == value : item.Curve.Oid.FriendlyName == curve.Oid.FriendlyName));
        (_curve, _domain) = found.Id is null
            ? throw new CryptographicException($"The curve {(curve.IsNamed ? curve.Oid.FriendlyName ?? curve.Oid.Value : "without a name")} is not supported")
            : (found.Curve, new ECDomainParameters(ECNamedCurveTable.GetByOid(found.Id)));
        (KeySizeValue, _secret, _point) = (found.Bits, null, null);
    }
}
