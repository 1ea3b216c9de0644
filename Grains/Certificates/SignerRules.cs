using System.Collections.Immutable;
using Crescent.Authentication;

namespace Crescent.Grains.Certificates;

/// <summary>What each built-in signer demands of a request. Pure.</summary>
internal static class SignerRules
{
    private const string NodePrefix = "system:node:";
    private const string Signature = "digital signature";
    private const string Encipherment = "key encipherment";

    /// <summary>Why the signer does not sign it; null when it does.</summary>
    public static string? WhyNot(string signer, SigningRequest request, ImmutableArray<string> usages) => signer switch
    {
        SignerNames.ApiClient => ClientUsages(usages),
        SignerNames.NodeClient => Node(request)
            ?? (!request.DnsNames.IsEmpty ? "DNS subjectAltNames are not allowed" : request.Addresses > 0 ? "IP subjectAltNames are not allowed"
                : request.HasOtherNames ? "email and URI subjectAltNames are not allowed" : null)
            ?? NodeUsages(usages, "client auth"),
        SignerNames.NodeServing => Node(request)
            ?? (request.HasOtherNames ? "email and URI subjectAltNames are not allowed" : null)
            ?? (request.DnsNames.IsEmpty && request.Addresses == 0 ? "DNS or IP subjectAltName is required" : null)
            ?? NodeUsages(usages, "server auth"),
        _ => null,
    };

    private static string? Node(SigningRequest request) =>
        request.Organizations is not [WellKnownGroups.Nodes] ? "subject organization is not system:nodes"
        : request.CommonName.StartsWith(NodePrefix, StringComparison.Ordinal) && request.CommonName.Length > NodePrefix.Length ? null
        : "subject common name does not begin with system:node:";

    // What a node's key is for is known: nothing may be missing or added; not every kind of key can encipher.
    private static string? NodeUsages(ImmutableArray<string> usages, string needed) =>
        usages.Length == usages.Distinct(StringComparer.Ordinal).Count() && usages.Contains(needed) && usages.Contains(Signature)
            && usages.All(usage => usage == needed || usage is Signature or Encipherment)
            ? null
            : $"usages did not match [{Signature} {Encipherment} {needed}]";

    private static string? ClientUsages(ImmutableArray<string> usages) =>
        usages.FirstOrDefault(static usage => usage is not ("client auth" or Signature or Encipherment)) is { } other ? $"invalid usage for client certificate: {other}"
        : usages.Contains("client auth") ? null : "missing required usage for client certificate: client auth";
}
