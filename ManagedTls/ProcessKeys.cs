using Crescent.Security;

namespace Crescent.ManagedTls;

/// <summary>Whose keys this process works with.</summary>
public static class ProcessKeys
{
    /// <summary>Turns to managed keys, for good, when <paramref name="kind"/> says so. Call before the first key is opened.</summary>
    public static void Select(TlsKind kind)
    {
        if (kind == TlsKind.Managed)
        {
            EllipticKeys.Use(static () => new ManagedEcdsa());
        }
    }
}
