using System.Text.Json.Nodes;
using Crescent.Api.Dispatching;

namespace Crescent.Api.Reviews;

/// <summary>"Who am I?": <c>kubectl auth whoami</c>; kubectl 1.27 knows only the versions before v1.</summary>
internal sealed class SelfSubjectReview(string version) : Review("authentication.k8s.io", "SelfSubjectReview", version: version)
{
    protected override ValueTask<JsonObject> AnswerAsync(JsonObject spec, VirtualRequest request) =>
        new(new JsonObject { ["userInfo"] = UserBody.Write(request.User) });
}
