using Org.BouncyCastle.Crypto.Prng;
using Org.BouncyCastle.Security;

namespace Crescent.ManagedTls;

internal static class SystemRandom
{
    /// <summary>The operating system's random numbers, unmixed.</summary>
    public static SecureRandom Create() => new(new CryptoApiRandomGenerator());
}
