using Crescent.Api.Responses;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Api.Streaming;

/// <summary>What an agent's refusal becomes for the client.</summary>
internal static class NodeErrors
{
    public static ResourceError Of(NodeRefusedException refusal, ResourceKey pod) => refusal.StatusCode is 0 or >= 500
        ? ApiErrors.Internal($"error dialing backend: {refusal.Message}")
        : Of(refusal.StatusCode, string.Empty, pod);

    public static ResourceError Of(int code, string text, ResourceKey pod) => code switch
    {
        400 => ResourceErrors.BadRequest(text.Length == 0 ? "the node rejected the request" : text),
        404 => new()
        {
            Code = 404, Reason = "NotFound", Name = pod.Name, Kind = pod.Type.Resource,
            Message = $"the server could not find the requested resource{(text.Length == 0 ? "" : $": {text}")}",
        },
        _ => ApiErrors.Internal(text.Length == 0 ? $"the node answered with status {code}" : text),
    };
}
