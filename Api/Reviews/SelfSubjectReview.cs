using System.Text.Json.Nodes;
using Crescent.Api.Discovery;
using Crescent.Api.Dispatching;
using Crescent.Api.Responses;

namespace Crescent.Api.Reviews;

/// <summary>"Who am I?": <c>kubectl auth whoami</c>.</summary>
internal sealed class SelfSubjectReview : IVirtualResource
{
    public ServedResource Resource { get; } = new()
    {
        Group = "authentication.k8s.io", Version = "v1", Plural = "selfsubjectreviews", Singular = "selfsubjectreview",
        Kind = "SelfSubjectReview", IsNamespaced = false, Verbs = ["create"],
    };

    public async Task HandleAsync(VirtualRequest request)
    {
        var (review, error) = await ReviewBody.ReadAsync(request, Resource.Kind);
        if (review is null)
        {
            await request.Http.WriteErrorAsync(error!);
            return;
        }

        var user = new JsonObject { ["username"] = request.User.Name };
        if (request.User.Uid.Length != 0)
        {
            user["uid"] = request.User.Uid;
        }

        user["groups"] = ReviewBody.ToArray(request.User.Groups);
        if (request.User.Extra.Count != 0)
        {
            var extra = new JsonObject();
            foreach (var (key, values) in request.User.Extra)
            {
                extra[key] = ReviewBody.ToArray(values);
            }

            user["extra"] = extra;
        }

        await ReviewBody.AnswerAsync(request, review, new JsonObject { ["userInfo"] = user });
    }
}
