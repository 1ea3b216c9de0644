namespace Crescent.Grains.Certificates;

/// <summary>When a request is cleaned away, as Kubernetes' cleaner does. Pure.</summary>
internal static class CertificateLifetime
{
    private static readonly TimeSpan Decided = TimeSpan.FromHours(1);
    private static readonly TimeSpan Pending = TimeSpan.FromHours(24);

    public static DateTimeOffset End(CertificateRequestFacts request) =>
        request.Conditions.TryGetValue("Denied", out var denied) ? denied + Decided
        : request.Conditions.TryGetValue("Failed", out var failed) ? failed + Decided
        : request.Conditions.TryGetValue("Approved", out var approved) ? approved + (request.IsIssued ? Decided : Pending)
        : request.Created + Pending;
}
