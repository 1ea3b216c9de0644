using System.Buffers;
using Crescent.Api.Responses;
using Crescent.Resources;
using Microsoft.AspNetCore.Http;

namespace Crescent.Api.Encoding;

/// <summary>Reads request bodies and turns them into UTF-8 JSON.</summary>
internal static class RequestBody
{
    private const string ObjectMediaTypes = "application/json, application/yaml, application/vnd.kubernetes.protobuf";

    /// <summary>The raw body; an error when it is larger than <see cref="BodyLimits.MaxBytes"/>.</summary>
    public static async ValueTask<Decoded> ReadRawAsync(HttpRequest request)
    {
        if (request.ContentLength > BodyLimits.MaxBytes)
        {
            return Decoded.Refused(ApiErrors.TooLarge(BodyLimits.MaxBytes));
        }

        var reader = request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(request.HttpContext.RequestAborted);
            var buffer = result.Buffer;
            if (buffer.Length > BodyLimits.MaxBytes)
            {
                reader.AdvanceTo(buffer.End);
                return Decoded.Refused(ApiErrors.TooLarge(BodyLimits.MaxBytes));
            }

            if (result.IsCompleted)
            {
                var body = buffer.ToArray();
                reader.AdvanceTo(buffer.End);
                return Decoded.Of(body);
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    /// <summary>An object in JSON (also when no type is named), YAML or protobuf, as JSON.</summary>
    /// <param name="request">Body and Content-Type.</param>
    /// <param name="kind">Kind that is expected, for error texts.</param>
    public static async ValueTask<Decoded> ReadObjectAsync(HttpRequest request, string kind)
    {
        var mediaType = MediaType(request.ContentType);
        if (mediaType is not ("" or "application/json" or "*/*" or "application/yaml" or "application/vnd.kubernetes.protobuf"))
        {
            return Decoded.Refused(ApiErrors.UnsupportedMediaType(ObjectMediaTypes));
        }

        var raw = await ReadRawAsync(request);
        if (raw.Error is not null || raw.Body.Length == 0)
        {
            return raw;
        }

        return mediaType switch
        {
            "application/yaml" => Yaml.YamlReader.ToJson(raw.Body, kind),
            "application/vnd.kubernetes.protobuf" => Protobuf.ProtobufDecoder.TryDecode(raw.Body, out var decoded, out var problem)
                ? Decoded.Of(decoded.Json)
                : Decoded.Refused(DecodeErrors.Unrecognized(kind, problem, raw.Body)),
            _ => raw,
        };
    }

    /// <summary>The media type without parameters, in lower case.</summary>
    public static string MediaType(string? contentType)
    {
        if (string.IsNullOrEmpty(contentType))
        {
            return string.Empty;
        }

        var end = contentType.IndexOf(';', StringComparison.Ordinal);
        return (end < 0 ? contentType : contentType[..end]).Trim().ToLowerInvariant();
    }
}
