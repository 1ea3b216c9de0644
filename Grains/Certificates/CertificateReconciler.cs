using System.Text;
using System.Text.Json.Nodes;
using Crescent.Authorization;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Certificates;

/// <summary>Approves what nodes may ask for by themselves, signs what is approved, and cleans up.</summary>
internal sealed class CertificateReconciler(ICertificateSigner signer, IAuthorizer authorizer) : IReconciler
{
    public string Name => "certificate-controller";

    public async Task<ReconcileResult> ReconcileAsync(string key, ReconcileContext context, CancellationToken cancellationToken)
    {
        var view = await context.ReadAsync(KnownTypes.CertificateSigningRequests, cancellationToken);
        if (!view.TryGet("", ResourceKey.FromGrainKey(key).Name, out var snapshot) || snapshot.DeletionTimestamp is not null)
        {
            return ReconcileResult.Done;
        }

        var facts = CertificateRequestFacts.Read(snapshot);
        var end = CertificateLifetime.End(facts);
        if (end <= context.Now)
        {
            return Outcome(await context.DeleteAsync(snapshot.Key, snapshot.Uid, cancellationToken), null);
        }

        if (facts is { IsApproved: false, IsDenied: false, Signer: SignerNames.NodeClient } && await MayApproveItselfAsync(facts, cancellationToken))
        {
            return Outcome(await PatchAsync(snapshot, "Approved", "AutoApproved", "Auto approving kubelet client certificate after SubjectAccessReview.", "approval"), TimeSpan.Zero);
        }

        if (facts is { IsApproved: true, IsDenied: false, IsFailed: false, IsIssued: false } && SignerNames.IsBuiltIn(facts.Signer))
        {
            return await SignAsync(snapshot, facts);
        }

        return ReconcileResult.LookAgain(end - context.Now);

        async Task<ReconcileResult> SignAsync(ResourceSnapshot request, CertificateRequestFacts asked)
        {
            var read = SigningRequest.Read(asked.Pem, out var problem);
            problem = read is null ? problem : SignerRules.WhyNot(asked.Signer, read, asked.Usages);
            string? certificate = null;
            if (problem is null)
            {
                (certificate, problem) = signer.Sign(
                    asked.Pem, asked.Usages.Contains("server auth"), asked.Usages.Contains("client auth") || asked.Signer == SignerNames.Legacy, asked.Lifetime);
            }

            if (problem is not null)
            {
                return Outcome(await PatchAsync(request, "Failed", "SignerValidationFailure", problem, "status"), TimeSpan.Zero);
            }

            var patch = new JsonObject { ["status"] = new JsonObject { ["certificate"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(certificate ?? "")) } };
            return certificate is null
                ? ReconcileResult.LookAgain(end - context.Now)
                : Outcome(await context.PatchAsync(request.Key, request.Uid, patch, cancellationToken, "status"), TimeSpan.Zero);
        }

        Task<MutationResult> PatchAsync(ResourceSnapshot request, string type, string reason, string message, string subresource)
        {
            var now = context.Now.ToKubernetesTime();
            var conditions = request.View().At("status", "conditions").ToArray();
            conditions.Add(new JsonObject
            {
                ["type"] = type, ["status"] = "True", ["reason"] = reason, ["message"] = message, ["lastUpdateTime"] = now, ["lastTransitionTime"] = now,
            });
            var patch = new JsonObject { ["status"] = new JsonObject { ["conditions"] = conditions } };
            return context.PatchAsync(request.Key, request.Uid, patch, cancellationToken, subresource, request.Version);
        }
    }

    private async Task<bool> MayApproveItselfAsync(CertificateRequestFacts facts, CancellationToken cancellationToken)
    {
        if (SigningRequest.Read(facts.Pem, out _) is not { } request || SignerRules.WhyNot(facts.Signer, request, facts.Usages) is not null)
        {
            return false;
        }

        foreach (var kind in request.CommonName == facts.Requestor.Name ? (string[])["selfnodeclient", "nodeclient"] : ["nodeclient"])
        {
            var question = AccessRequest.Of(facts.Requestor, "create", KnownTypes.CertificateSigningRequests, subresource: kind);
            if ((await authorizer.DecideAsync(question, cancellationToken)).IsAllowed)
            {
                return true;
            }
        }

        return false;
    }

    private static ReconcileResult Outcome(MutationResult result, TimeSpan? after) =>
        result.Error is { Reason: not "NotFound" } error ? ReconcileResult.Retry(error.Message)
        : after is null ? ReconcileResult.Done : ReconcileResult.Again;
}
