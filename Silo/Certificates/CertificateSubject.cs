using System.Collections.Immutable;
using System.Net;

namespace Crescent.SiloHost.Certificates;

/// <summary>Who a certificate is for and what it may be used for.</summary>
/// <param name="CommonName">User name.</param>
/// <param name="Organization">Group.</param>
internal sealed record CertificateSubject(string CommonName, string? Organization = null)
{
    public bool IsServer { get; init; }

    public bool IsClient { get; init; }

    public ImmutableArray<string> DnsNames { get; init; } = [];

    public ImmutableArray<IPAddress> Addresses { get; init; } = [];
}
