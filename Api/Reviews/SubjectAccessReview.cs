using System.Text.Json.Nodes;
using Crescent.Api.Authentication;
using Crescent.Api.Authorization;
using Crescent.Api.Discovery;
using Crescent.Api.Dispatching;
using Crescent.Api.Responses;
using Crescent.Resources;

namespace Crescent.Api.Reviews;

/// <summary>"May that user?": asked by components that delegate authorization to the cluster.</summary>
internal sealed class SubjectAccessReview(IRequestAuthorizer authorizer) : IVirtualResource
{
    public ServedResource Resource { get; } = new()
    {
        Group = "authorization.k8s.io", Version = "v1", Plural = "subjectaccessreviews", Singular = "subjectaccessreview",
        Kind = "SubjectAccessReview", IsNamespaced = false, Verbs = ["create"],
    };

    public async Task HandleAsync(VirtualRequest request)
    {
        var (review, error) = await ReviewBody.ReadAsync(request, Resource.Kind);
        if (review is null)
        {
            await request.Http.WriteErrorAsync(error!);
            return;
        }

        var spec = review["spec"];
        var groups = spec?["groups"] is JsonArray array ? array.Select(static item => item?.ToString() ?? string.Empty) : [];
        var user = new UserInfo { Name = ReviewBody.Text(spec, "user"), Uid = ReviewBody.Text(spec, "uid"), Groups = [.. groups] };
        if ((user.Name.Length == 0 && user.Groups.IsEmpty) || AccessQuestion.Read(spec, user) is not { } question)
        {
            await request.Http.WriteErrorAsync(ResourceErrors.Invalid(Resource.Group, Resource.Kind, "",
            [
                new()
                {
                    Reason = "FieldValueInvalid", Field = "spec.resourceAttributes",
                    Message = "Invalid value: null: a user or groups, and exactly one of nonResourceAttributes or resourceAttributes, must be specified",
                },
            ]));
            return;
        }

        await ReviewBody.AnswerAsync(request, review, await AccessQuestion.AnswerAsync(authorizer, question, request.Http.RequestAborted));
    }
}
