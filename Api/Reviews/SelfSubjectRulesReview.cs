using System.Text.Json.Nodes;
using Crescent.Api.Authorization;
using Crescent.Api.Discovery;
using Crescent.Api.Dispatching;
using Crescent.Api.Responses;

namespace Crescent.Api.Reviews;

/// <summary>"What may I do here?": <c>kubectl auth can-i --list</c>.</summary>
internal sealed class SelfSubjectRulesReview(IRequestAuthorizer authorizer) : IVirtualResource
{
    public ServedResource Resource { get; } = new()
    {
        Group = "authorization.k8s.io", Version = "v1", Plural = "selfsubjectrulesreviews", Singular = "selfsubjectrulesreview",
        Kind = "SelfSubjectRulesReview", IsNamespaced = false, Verbs = ["create"],
    };

    public async Task HandleAsync(VirtualRequest request)
    {
        var (review, error) = await ReviewBody.ReadAsync(request, Resource.Kind);
        if (review is null)
        {
            await request.Http.WriteErrorAsync(error!);
            return;
        }

        var rules = await authorizer.GetRulesAsync(request.User, ReviewBody.Text(review["spec"], "namespace"), request.Http.RequestAborted);
        var resources = new JsonArray();
        var paths = new JsonArray();
        foreach (var rule in rules)
        {
            if (rule.Paths.IsEmpty)
            {
                resources.Add(new JsonObject
                {
                    ["verbs"] = ReviewBody.ToArray(rule.Verbs), ["apiGroups"] = ReviewBody.ToArray(rule.Groups),
                    ["resources"] = ReviewBody.ToArray(rule.Resources),
                });
            }
            else
            {
                paths.Add(new JsonObject { ["verbs"] = ReviewBody.ToArray(rule.Verbs), ["nonResourceURLs"] = ReviewBody.ToArray(rule.Paths) });
            }
        }

        await ReviewBody.AnswerAsync(
            request, review, new JsonObject { ["resourceRules"] = resources, ["nonResourceRules"] = paths, ["incomplete"] = false });
    }
}
