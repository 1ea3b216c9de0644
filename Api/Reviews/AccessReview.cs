using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Crescent.Api.Dispatching;
using Crescent.Resources;

namespace Crescent.Api.Reviews;

/// <summary>
/// "May I?", "may that user?", "may that user in this namespace?": <c>kubectl auth can-i</c> and components that delegate authorization.
/// </summary>
internal sealed class AccessReview(IAuthorizer authorizer, string kind, bool isNamespaced = false)
    : Review("authorization.k8s.io", kind, isNamespaced)
{
    public const string Self = "SelfSubjectAccessReview";
    public const string Subject = "SubjectAccessReview";
    public const string Local = "LocalSubjectAccessReview";

    protected override ImmutableArray<ErrorCause> Check(JsonObject review, VirtualRequest request)
    {
        var causes = ImmutableArray.CreateBuilder<ErrorCause>();
        var spec = review["spec"];
        if ((spec?["resourceAttributes"] is JsonObject) == (spec?["nonResourceAttributes"] is JsonObject))
        {
            Add("spec.resourceAttributes", "null: exactly one of nonResourceAttributes or resourceAttributes must be specified");
        }

        if (Resource.Kind != Self && ReviewBody.Text(spec, "user").Length == 0 && spec?["groups"] is not JsonArray { Count: > 0 })
        {
            Add("spec.user", "\"\": at least one of user or group must be specified");
        }

        if (Resource.Kind == Local)
        {
            if (spec?["nonResourceAttributes"] is JsonObject)
            {
                Add("spec.nonResourceAttributes", "null: disallowed on this kind of request");
            }
            else if (ReviewBody.Text(spec?["resourceAttributes"], "namespace") is var ns && ns != request.Path.Namespace)
            {
                Add("spec.resourceAttributes.namespace", $"\"{ns}\": must match metadata.namespace");
            }
        }

        return causes.ToImmutable();

        void Add(string field, string message) =>
            causes.Add(new() { Reason = "FieldValueInvalid", Field = field, Message = $"Invalid value: {message}" });
    }

    protected override async ValueTask<JsonObject> AnswerAsync(JsonObject spec, VirtualRequest request)
    {
        var user = Resource.Kind == Self ? request.User : UserBody.Read(spec, "user");
        var decision = await authorizer.DecideAsync(ToRequest(spec, user), request.Http.RequestAborted);
        var status = new JsonObject { ["allowed"] = decision.IsAllowed };
        if (decision.Reason is { Length: > 0 } reason)
        {
            status["reason"] = reason;
        }

        return status;
    }

    private static AccessRequest ToRequest(JsonObject spec, UserInfo user) => spec["resourceAttributes"] is JsonObject resource
        ? new()
        {
            User = user, IsResource = true, Verb = ReviewBody.Text(resource, "verb"), Group = ReviewBody.Text(resource, "group"),
            Version = ReviewBody.Text(resource, "version"), Resource = ReviewBody.Text(resource, "resource"),
            Subresource = ReviewBody.Text(resource, "subresource"), Namespace = ReviewBody.Text(resource, "namespace"),
            Name = ReviewBody.Text(resource, "name"),
        }
        : new() { User = user, Verb = ReviewBody.Text(spec["nonResourceAttributes"], "verb"), Path = ReviewBody.Text(spec["nonResourceAttributes"], "path") };
}
