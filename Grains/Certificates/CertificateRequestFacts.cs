using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Crescent.Authentication;
using Crescent.Definitions;
using Crescent.Resources;

namespace Crescent.Grains.Certificates;

/// <summary>What counts of a CertificateSigningRequest.</summary>
internal sealed class CertificateRequestFacts
{
    public required string Signer { get; init; }
    public required string Pem { get; init; }
    public required ImmutableArray<string> Usages { get; init; }
    public required UserInfo Requestor { get; init; }
    public required TimeSpan? Lifetime { get; init; }
    public required DateTimeOffset Created { get; init; }
    public required bool IsIssued { get; init; }

    /// <summary>Until when the issued certificate is good; null when there is none that can be read.</summary>
    public DateTimeOffset? CertificateEnd { get; init; }

    /// <summary>Conditions with the times they were set.</summary>
    public required ImmutableDictionary<string, DateTimeOffset> Conditions { get; init; }

    public bool IsApproved => Conditions.ContainsKey("Approved");

    public bool IsDenied => Conditions.ContainsKey("Denied");

    public bool IsFailed => Conditions.ContainsKey("Failed");

    public static CertificateRequestFacts Read(ResourceSnapshot snapshot)
    {
        using var document = JsonDocument.Parse(snapshot.Body);
        var (spec, status) = (document.RootElement.At("spec"), document.RootElement.At("status"));
        var created = document.RootElement.Time("metadata", "creationTimestamp") ?? DateTimeOffset.MinValue;
        return new()
        {
            Signer = spec.Text("signerName"),
            Pem = spec.At("request") is { ValueKind: JsonValueKind.String } request && request.TryGetBytesFromBase64(out var bytes) ? Encoding.UTF8.GetString(bytes) : "",
            Usages = [.. spec.Items("usages").Select(static item => item.ToString())],
            Requestor = new() { Name = spec.Text("username"), Uid = spec.Text("uid"), Groups = [.. spec.Items("groups").Select(static item => item.ToString())] },
            Lifetime = spec.Has("expirationSeconds") ? TimeSpan.FromSeconds(spec.Number("expirationSeconds")) : null,
            Created = created,
            IsIssued = status.Text("certificate").Length > 0,
            CertificateEnd = EndOf(status.At("certificate")),
            Conditions = status.Items("conditions").DistinctBy(static item => item.Text("type"), StringComparer.Ordinal)
                .ToImmutableDictionary(static item => item.Text("type"), item => item.Time("lastUpdateTime") ?? created, StringComparer.Ordinal),
        };
    }

    private static DateTimeOffset? EndOf(JsonElement certificate)
    {
        if (certificate.ValueKind != JsonValueKind.String || !certificate.TryGetBytesFromBase64(out var bytes))
        {
            return null;
        }

        try
        {
            using var read = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(bytes));
            return read.NotAfter;
        }
        catch (CryptographicException)
        {
            // Another signer may have put anything there.
            return null;
        }
    }
}
