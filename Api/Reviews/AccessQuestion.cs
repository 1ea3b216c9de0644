using System.Text.Json.Nodes;
using Crescent.Api.Authentication;
using Crescent.Api.Authorization;

namespace Crescent.Api.Reviews;

/// <summary>Reads <c>spec.resourceAttributes</c> or <c>spec.nonResourceAttributes</c>.</summary>
internal static class AccessQuestion
{
    /// <summary>Null when the spec asks about neither or both.</summary>
    public static AccessRequest? Read(JsonNode? spec, UserInfo user)
    {
        if (spec?["resourceAttributes"] is JsonObject resource)
        {
            return spec["nonResourceAttributes"] is null
                ? new()
                {
                    User = user, IsResource = true, Verb = ReviewBody.Text(resource, "verb"), Group = ReviewBody.Text(resource, "group"),
                    Version = ReviewBody.Text(resource, "version"), Resource = ReviewBody.Text(resource, "resource"),
                    Subresource = ReviewBody.Text(resource, "subresource"), Namespace = ReviewBody.Text(resource, "namespace"),
                    Name = ReviewBody.Text(resource, "name"),
                }
                : null;
        }

        return spec?["nonResourceAttributes"] is JsonObject path
            ? new() { User = user, Verb = ReviewBody.Text(path, "verb"), Path = ReviewBody.Text(path, "path") }
            : null;
    }

    public static async ValueTask<JsonObject> AnswerAsync(IRequestAuthorizer authorizer, AccessRequest question, CancellationToken cancellationToken)
    {
        var refusal = await authorizer.RefuseAsync(question, cancellationToken);
        var status = new JsonObject { ["allowed"] = refusal is null };
        if (!string.IsNullOrEmpty(refusal))
        {
            status["reason"] = refusal;
        }

        return status;
    }
}
