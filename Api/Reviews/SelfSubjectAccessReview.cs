using Crescent.Api.Authorization;
using Crescent.Api.Discovery;
using Crescent.Api.Dispatching;
using Crescent.Api.Responses;
using Crescent.Resources;

namespace Crescent.Api.Reviews;

/// <summary>"May I?": what <c>kubectl auth can-i</c> asks.</summary>
internal sealed class SelfSubjectAccessReview(IRequestAuthorizer authorizer) : IVirtualResource
{
    public ServedResource Resource { get; } = new()
    {
        Group = "authorization.k8s.io", Version = "v1", Plural = "selfsubjectaccessreviews", Singular = "selfsubjectaccessreview",
        Kind = "SelfSubjectAccessReview", IsNamespaced = false, Verbs = ["create"],
    };

    public async Task HandleAsync(VirtualRequest request)
    {
        var (review, error) = await ReviewBody.ReadAsync(request, Resource.Kind);
        if (review is null)
        {
            await request.Http.WriteErrorAsync(error!);
            return;
        }

        if (AccessQuestion.Read(review["spec"], request.User) is not { } question)
        {
            await request.Http.WriteErrorAsync(ResourceErrors.Invalid(Resource.Group, Resource.Kind, "",
            [
                new()
                {
                    Reason = "FieldValueInvalid", Field = "spec.resourceAttributes",
                    Message = "Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified",
                },
            ]));
            return;
        }

        await ReviewBody.AnswerAsync(request, review, await AccessQuestion.AnswerAsync(authorizer, question, request.Http.RequestAborted));
    }
}
