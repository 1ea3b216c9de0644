using System.Text;
using System.Text.Json.Nodes;
using Crescent.Authentication;
using Crescent.Authorization;
using Crescent.Grains.Mutation;
using Crescent.Grains.Mutation.Admission;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Security;

namespace Crescent.Grains.Certificates;

/// <summary>
/// What CertificateApproval, CertificateSigning and CertificateSubjectRestriction do: who asks is noted, approving and signing need the verbs
/// <c>approve</c> and <c>sign</c> on the signer, and nobody asks for a certificate of <c>system:masters</c> or of the
/// cluster's own processes.
/// </summary>
internal sealed class CertificateAdmission(IAuthorizer authorizer) : IAdmission
{
    private static readonly ResourceType Signers = new("certificates.k8s.io", "signers");

    public ValueTask<ResourceError?> MutateAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request.Type == KnownTypes.CertificateSigningRequests && request.IsCreate)
        {
            var spec = request.Object!.Ensure("spec");
            foreach (var name in (ReadOnlySpan<string>)["username", "uid", "groups", "extra"])
            {
                spec.Remove(name);
            }

            spec["username"] = request.User.Name;
            if (request.User.Uid.Length > 0)
            {
                spec["uid"] = request.User.Uid;
            }

            spec["groups"] = ToArray(request.User.Groups);
            if (request.User.Extra.Count > 0)
            {
                spec["extra"] = new JsonObject(request.User.Extra.Select(static fact => KeyValuePair.Create(fact.Key, (JsonNode?)ToArray(fact.Value))));
            }
        }

        return default;
    }

    public async ValueTask<ResourceError?> CheckAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request.Type != KnownTypes.CertificateSigningRequests || request.Object is not { } item)
        {
            return null;
        }

        var signer = item.Object("spec").Text("signerName");
        if (request.IsCreate)
        {
            return GroupNobodyGets(signer, item) is { } group
                ? ResourceErrors.Forbidden(request.Type, request.Key.Name, $"use of {signer} signer with {group} group is not allowed")
                : null;
        }

        var verb = request.Subresource == "approval" ? "approve"
            : request.Subresource == "status" && item.Object("status").Text("certificate") != request.Old.Object("status").Text("certificate") ? "sign" : null;
        return verb is null || await MayAsync(request.User, verb, signer, cancellationToken)
            ? null
            : ResourceErrors.Forbidden(request.Type, request.Key.Name, $"user not permitted to {verb} requests with signerName \"{signer}\"");
    }

    private async ValueTask<bool> MayAsync(UserInfo user, string verb, string signer, CancellationToken cancellationToken)
    {
        var domain = signer.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? $"{signer[..slash]}/*" : signer;
        return (await authorizer.DecideAsync(AccessRequest.Of(user, verb, Signers, name: signer), cancellationToken)).IsAllowed
            || (await authorizer.DecideAsync(AccessRequest.Of(user, verb, Signers, name: domain), cancellationToken)).IsAllowed;
    }

    /// <summary>
    /// Masters are not made by approval, and neither are silos and front ends: who shows their certificate is one of the cluster's own
    /// processes, to which no rule applies.
    /// </summary>
    private static string? GroupNobodyGets(string signer, JsonObject item) =>
        SignerNames.IsBuiltIn(signer) && Pem(item) is { } pem && SigningRequest.Read(pem, out _) is { } request
            ? request.Organizations.FirstOrDefault(group =>
                (group == WellKnownGroups.Masters && signer == SignerNames.ApiClient) || group is ClusterIdentities.Silos or ClusterIdentities.FrontEnds)
            : null;

    private static string? Pem(JsonObject item)
    {
        var text = item.Object("spec").Text("request");
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }

    private static JsonArray ToArray(IEnumerable<string> values) => new([.. values.Select(static value => (JsonNode)value)]);
}
