namespace Crescent.Security;

/// <summary>Whose TLS and keys a program of the cluster uses.</summary>
public enum TlsKind
{
    /// <summary>The operating system's.</summary>
    System,

    /// <summary>
    /// A managed implementation inside the program; needs neither Schannel nor the system's key store. For Windows systems where these lack
    /// elliptic curves or the server's side of TLS.
    /// </summary>
    Managed,
}
