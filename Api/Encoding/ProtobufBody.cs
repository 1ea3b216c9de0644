using Crescent.Api.Encoding.Protobuf;

namespace Crescent.Api.Encoding;

/// <summary>Bridges request bodies to the protobuf decoder.</summary>
internal static class ProtobufBody
{
    public static Decoded ToJson(byte[] body, string kind) =>
        ProtobufDecoder.TryDecode(body, out var decoded, out var problem)
            ? Decoded.Of(decoded.Json)
            : Decoded.Refused(DecodeErrors.Unrecognized(kind, problem, body));
}
