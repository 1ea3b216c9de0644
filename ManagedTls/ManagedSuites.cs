using Org.BouncyCastle.Tls;

namespace Crescent.ManagedTls;

/// <summary>What both parts offer: forward secrecy and authenticated encryption only, ECDSA as the cluster's certificates are.</summary>
internal static class ManagedSuites
{
    public static int[] All { get; } =
    [
        CipherSuite.TLS_AES_128_GCM_SHA256,
        CipherSuite.TLS_AES_256_GCM_SHA384,
        CipherSuite.TLS_CHACHA20_POLY1305_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    ];

    public static ProtocolVersion[] Versions { get; } = ProtocolVersion.TLSv13.DownTo(ProtocolVersion.TLSv12);
}
