using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Api.Dispatching;
using Crescent.Api.Encoding;
using Crescent.Api.Encoding.Json;
using Crescent.Api.Responses;
using Crescent.Resources;

namespace Crescent.Api.Reviews;

/// <summary>Reads and answers reviews: the object comes back with its status filled in.</summary>
internal static class ReviewBody
{
    public static async ValueTask<(JsonObject? Review, ResourceError? Error)> ReadAsync(VirtualRequest request, string kind)
    {
        var body = await RequestBody.ReadObjectAsync(request.Http.Request, kind);
        if (body.Error is not null || !ObjectHeader.TryRead(body.Body, kind, out var header, out var error))
        {
            return (null, body.Error ?? DecodeErrors.Unrecognized(kind, "couldn't get version/kind; json parse error: unexpected end of JSON input", body.Body));
        }

        if (header.Kind.Length != 0 && header.Kind != kind)
        {
            return (null, DecodeErrors.Unfit(header.Kind, "v1", kind, $"converting (v1.{header.Kind}) to (v1.{kind}): unknown conversion"));
        }

        return error is null ? (JsonNode.Parse(body.Body)!.AsObject(), null) : (null, error);
    }

    public static Task AnswerAsync(VirtualRequest request, JsonObject review, JsonObject status)
    {
        var answer = new JsonObject
        {
            ["kind"] = review["kind"]?.DeepClone(),
            ["apiVersion"] = review["apiVersion"]?.DeepClone(),
            ["metadata"] = review["metadata"]?.DeepClone() ?? new JsonObject(),
        };
        if (review["spec"] is { } spec)
        {
            answer["spec"] = spec.DeepClone();
        }

        answer["status"] = status;
        return request.Http.WriteJsonAsync(request.Format with { Shape = ResponseShape.Object }, JsonSerializer.SerializeToUtf8Bytes<JsonNode>(answer), 201);
    }

    /// <summary>Text of a member; empty when absent.</summary>
    public static string Text(JsonNode? node, string name) => node?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : string.Empty;

    public static JsonArray ToArray(IEnumerable<string> values) => new([.. values.Select(static value => (JsonNode)value!)]);
}
