using System.Text.Json.Nodes;
using Crescent.Api.Dispatching;

namespace Crescent.Api.Reviews;

/// <summary>"Who am I?": <c>kubectl auth whoami</c>.</summary>
internal sealed class SelfSubjectReview() : Review("authentication.k8s.io", "SelfSubjectReview")
{
    protected override ValueTask<JsonObject> AnswerAsync(JsonObject spec, VirtualRequest request) =>
        new(new JsonObject { ["userInfo"] = UserBody.Write(request.User) });
}
