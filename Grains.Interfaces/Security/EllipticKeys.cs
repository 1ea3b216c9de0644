using System.Security.Cryptography;

namespace Crescent.Security;

/// <summary>
/// Where this process gets keys of elliptic curves from: the operating system, unless the program names another implementation before it
/// opens the first one. There are Windows systems whose key store has none.
/// </summary>
public static class EllipticKeys
{
    private static volatile Func<ECDsa> s_create = ECDsa.Create;

    /// <summary>Takes keys from <paramref name="create"/> from now on; what it makes is empty, to be generated or imported.</summary>
    public static void Use(Func<ECDsa> create) => s_create = create;

    /// <summary>A fresh P-256 key.</summary>
    public static ECDsa Generate()
    {
        var key = s_create();
        key.GenerateKey(ECCurve.NamedCurves.nistP256);
        return key;
    }

    /// <summary>A private (PKCS #8 or SEC 1) or public key.</summary>
    /// <exception cref="CryptographicException">No key of a curve that is supported.</exception>
    /// <exception cref="ArgumentException">No key at all.</exception>
    public static ECDsa Open(string pem)
    {
        var key = s_create();
        key.ImportFromPem(pem);
        return key;
    }

    /// <summary>A key of these numbers.</summary>
    /// <exception cref="CryptographicException">They are none.</exception>
    public static ECDsa Open(ECParameters parameters)
    {
        var key = s_create();
        key.ImportParameters(parameters);
        return key;
    }
}
