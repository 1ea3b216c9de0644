using Crescent.Api.Encoding.Protobuf;
using Microsoft.AspNetCore.Http;

namespace Crescent.Api.Responses;

/// <summary>What the Accept header comes down to.</summary>
/// <param name="Encoding">Media type.</param>
/// <param name="Shape">Form of the object.</param>
/// <param name="MetaVersion">Version of meta.k8s.io for tables and partial objects: <c>v1</c> or <c>v1beta1</c>.</param>
/// <param name="IsPretty">Indent the JSON.</param>
internal readonly record struct ResponseFormat(ResponseEncoding Encoding, ResponseShape Shape, string MetaVersion, bool IsPretty)
{
    public static ResponseFormat Default { get; } = new(ResponseEncoding.Json, ResponseShape.Object, "v1", false);

    /// <summary>The first acceptable clause wins, as in Kubernetes; false: 406.</summary>
    /// <param name="request">With an Accept header, or none.</param>
    /// <param name="format">What the header comes down to.</param>
    /// <param name="hasForms">Whether the resource can be shown as a table or by its metadata.</param>
    public static bool TryNegotiate(HttpRequest request, out ResponseFormat format, bool hasForms = true)
    {
        format = Default with { IsPretty = IsPrettyWanted(request) };
        var accept = request.Headers.Accept.ToString();
        if (accept.Length == 0)
        {
            return true;
        }

        foreach (var range in accept.AsSpan().Split(','))
        {
            if (TryClause(accept.AsSpan()[range].Trim(), hasForms, ref format))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How a refusal goes out: as the client would like it, else as JSON.</summary>
    public static ResponseFormat OfStatus(HttpRequest request) =>
        TryNegotiate(request, out var format) ? format with { Shape = ResponseShape.Object } : Default;

    private static bool TryClause(ReadOnlySpan<char> clause, bool hasForms, ref ResponseFormat format)
    {
        var end = clause.IndexOf(';');
        var mediaType = end < 0 ? clause : clause[..end].TrimEnd();
        ResponseEncoding encoding;
        if (mediaType is "application/json" or "*/*" or "application/*")
        {
            encoding = ResponseEncoding.Json;
        }
        else if (mediaType is "application/yaml" or "application/vnd.kubernetes.yaml" or "text/yaml")
        {
            encoding = ResponseEncoding.Yaml;
        }
        else if (mediaType is ProtobufEncoder.MediaType)
        {
            encoding = ResponseEncoding.Protobuf;
        }
        else
        {
            return false;
        }

        var shape = ResponseShape.Object;
        var version = "v1";
        var group = "meta.k8s.io";
        var parameters = end < 0 ? default : clause[(end + 1)..];
        foreach (var range in parameters.Split(';'))
        {
            var parameter = parameters[range].Trim();
            if (parameter.StartsWith("as="))
            {
                switch (parameter[3..])
                {
                    case "Table":
                        shape = ResponseShape.Table;
                        break;
                    case "PartialObjectMetadata" or "PartialObjectMetadataList":
                        shape = ResponseShape.Metadata;
                        break;
                    default:
                        return false;
                }
            }
            else if (parameter.StartsWith("v="))
            {
                version = parameter[2..] is "v1beta1" ? "v1beta1" : parameter[2..] is "v1" ? "v1" : string.Empty;
            }
            else if (parameter.StartsWith("g="))
            {
                group = parameter[2..].ToString();
            }
        }

        if (shape != ResponseShape.Object && (!hasForms || group != "meta.k8s.io" || version.Length == 0))
        {
            return false;
        }

        // Tables have no protobuf form.
        if (shape == ResponseShape.Table && encoding == ResponseEncoding.Protobuf)
        {
            return false;
        }

        format = format with { Encoding = encoding, Shape = shape, MetaVersion = version };
        return true;
    }

    /// <summary>Kubernetes indents for browsers and curl unless <c>pretty=0</c>.</summary>
    private static bool IsPrettyWanted(HttpRequest request)
    {
        if (request.Query.TryGetValue("pretty", out var pretty))
        {
            return pretty.ToString() is not ("false" or "0");
        }

        var agent = request.Headers.UserAgent.ToString();
        return agent.StartsWith("curl/", StringComparison.Ordinal) || agent.StartsWith("Mozilla/", StringComparison.Ordinal)
            || agent.StartsWith("Wget/", StringComparison.Ordinal);
    }
}
