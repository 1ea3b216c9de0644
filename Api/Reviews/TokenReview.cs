using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Crescent.Api.Authentication;
using Crescent.Api.Dispatching;
using Crescent.Resources;

namespace Crescent.Api.Reviews;

/// <summary>"Whose token is this?": asked by components that delegate authentication to the cluster.</summary>
internal sealed class TokenReview(TokenAuthenticators tokens) : Review("authentication.k8s.io", "TokenReview")
{
    protected override ImmutableArray<ErrorCause> Check(JsonObject review, VirtualRequest request) =>
        ReviewBody.Text(review["spec"], "token").Length > 0
            ? []
            : [new() { Reason = "FieldValueRequired", Field = "spec.token", Message = "Required value: token is required for TokenReview in authentication" }];

    protected override async ValueTask<JsonObject> AnswerAsync(JsonObject spec, VirtualRequest request)
    {
        var audiences = spec["audiences"] is JsonArray array ? array.Select(static item => (string?)item ?? "").ToImmutableArray() : [];
        var verdict = await tokens.AuthenticateAsync(ReviewBody.Text(spec, "token"), audiences, request.Http.RequestAborted);
        if (verdict is null)
        {
            return new() { ["user"] = new JsonObject(), ["error"] = "[invalid bearer token, token lookup failed]" };
        }

        return new() { ["authenticated"] = true, ["user"] = UserBody.Write(verdict.User), ["audiences"] = ReviewBody.ToArray(verdict.Audiences) };
    }
}
