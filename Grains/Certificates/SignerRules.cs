using System.Collections.Immutable;
using Crescent.Authentication;

namespace Crescent.Grains.Certificates;

/// <summary>What each built-in signer demands of a request. Pure.</summary>
internal static class SignerRules
{
    private const string NodePrefix = "system:node:";
    private static readonly string[] ClientUsages = ["client auth", "digital signature", "key encipherment"];
    private static readonly string[] ServerUsages = ["digital signature", "key encipherment", "server auth"];

    /// <summary>Why the signer does not sign it; null when it does.</summary>
    public static string? WhyNot(string signer, SigningRequest request, ImmutableArray<string> usages) => signer switch
    {
        SignerNames.ApiClient => Usages(usages, "client auth", ClientUsages),
        SignerNames.NodeClient => Node(request)
            ?? (request.DnsNames.IsEmpty && request.Addresses == 0 && !request.HasOtherNames ? null : "DNS, IP, e-mail and URI subjectAltNames are not allowed")
            ?? Usages(usages, "client auth", ClientUsages),
        SignerNames.NodeServing => Node(request)
            ?? (request.HasOtherNames ? "email and URI subjectAltNames are not allowed" : null)
            ?? (request.DnsNames.IsEmpty && request.Addresses == 0 ? "at least one DNS or IP subjectAltName is required" : null)
            ?? Usages(usages, "server auth", ServerUsages),
        _ => null,
    };

    private static string? Node(SigningRequest request) =>
        request.Organizations is not [WellKnownGroups.Nodes] ? "subject organization is not system:nodes"
        : request.CommonName.StartsWith(NodePrefix, StringComparison.Ordinal) && request.CommonName.Length > NodePrefix.Length ? null
        : "subject common name does not begin with system:node:";

    private static string? Usages(ImmutableArray<string> usages, string needed, string[] allowed) =>
        usages.Contains(needed) && usages.All(usage => allowed.Contains(usage, StringComparer.Ordinal)) ? null
        : $"usages did not match, expected {needed} and none but [{string.Join(' ', allowed)}]";
}
