using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Crescent.SiloHost.Certificates;

/// <summary>
/// ECDSA signatures whose two numbers are as long as the key. One in 128 is shorter, which is right, but not every verifier knows: Wine's takes it
/// for wrong, and a certificate is verified by whoever it is shown to. Such a signature is made once more; what is rejected depends on public
/// numbers alone.
/// </summary>
internal sealed class FullLengthSignatures(ECDsa key) : X509SignatureGenerator
{
    private readonly X509SignatureGenerator _inner = CreateForECDsa(key);
    private readonly int _length = (key.KeySize + 7) / 8;

    public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) => _inner.GetSignatureAlgorithmIdentifier(hashAlgorithm);

    public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm)
    {
        byte[] signature;
        do
        {
            signature = _inner.SignData(data, hashAlgorithm);
        }
        while (!IsFull(signature));

        return signature;
    }

    protected override PublicKey BuildPublicKey() => _inner.PublicKey;

    private bool IsFull(byte[] signature)
    {
        var numbers = new AsnReader(signature, AsnEncodingRules.DER).ReadSequence();
        return IsFull(numbers.ReadInteger()) && IsFull(numbers.ReadInteger());
    }

    private bool IsFull(System.Numerics.BigInteger number) => number.GetByteCount(isUnsigned: true) == _length;
}
