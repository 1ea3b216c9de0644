namespace Crescent.Grains.Certificates;

/// <summary>When a request is cleaned away, as Kubernetes' cleaner does. Pure.</summary>
internal static class CertificateLifetime
{
    private static readonly TimeSpan Decided = TimeSpan.FromHours(1);
    private static readonly TimeSpan Pending = TimeSpan.FromHours(24);

    public static DateTimeOffset End(CertificateRequestFacts request) =>
        request.Conditions.TryGetValue("Denied", out var denied) ? denied + Decided
        : request.Conditions.TryGetValue("Failed", out var failed) ? failed + Decided
        : request.Conditions.TryGetValue("Approved", out var approved) ? Earlier(approved + (request.IsIssued ? Decided : Pending), request.CertificateEnd)
        : request.Created + Pending;

    // What has expired is of no use to anybody, however short it was good.
    private static DateTimeOffset Earlier(DateTimeOffset end, DateTimeOffset? certificate) => certificate < end ? certificate.Value : end;
}
