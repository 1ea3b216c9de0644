using Crescent.Api.Responses;

namespace Crescent.Api.Encoding;

/// <summary>Bridges request bodies to the protobuf decoder.</summary>
internal static class ProtobufBody
{
    public static Decoded ToJson(byte[] body, string kind) => Decoded.Refused(ApiErrors.UnsupportedMediaType("application/json, application/yaml"));
}
