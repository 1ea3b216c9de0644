using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Crescent.Api.Dispatching;

namespace Crescent.Api.Reviews;

/// <summary>"What may I do here?": <c>kubectl auth can-i --list</c>.</summary>
internal sealed class SelfSubjectRulesReview(IAuthorizer authorizer) : Review("authorization.k8s.io", "SelfSubjectRulesReview")
{
    protected override async ValueTask<JsonObject> AnswerAsync(JsonObject spec, VirtualRequest request)
    {
        var granted = await authorizer.GetRulesAsync(request.User, ReviewBody.Text(spec, "namespace"), request.Http.RequestAborted);
        var resources = new JsonArray();
        var paths = new JsonArray();
        foreach (var rule in granted.Rules)
        {
            var item = new JsonObject { ["verbs"] = ReviewBody.ToArray(rule.Verbs) };
            if (rule.NonResourceUrls.IsEmpty)
            {
                Add(item, "apiGroups", rule.ApiGroups);
                Add(item, "resources", rule.Resources);
                Add(item, "resourceNames", rule.ResourceNames);
                resources.Add(item);
            }
            else
            {
                Add(item, "nonResourceURLs", rule.NonResourceUrls);
                paths.Add(item);
            }
        }

        var status = new JsonObject { ["resourceRules"] = resources, ["nonResourceRules"] = paths, ["incomplete"] = !granted.Problems.IsEmpty };
        if (!granted.Problems.IsEmpty)
        {
            status["evaluationError"] = string.Join(", ", granted.Problems);
        }

        return status;
    }

    private static void Add(JsonObject item, string name, ImmutableArray<string> values)
    {
        if (!values.IsEmpty)
        {
            item[name] = ReviewBody.ToArray(values);
        }
    }
}
