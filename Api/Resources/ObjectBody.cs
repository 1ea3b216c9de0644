using Crescent.Api.Encoding;
using Crescent.Api.Encoding.Json;
using Crescent.Api.Requests;
using Crescent.Resources;

namespace Crescent.Api.Resources;

/// <summary>Reads the body of a create or replace and checks that it is what the URL says.</summary>
internal static class ObjectBody
{
    /// <param name="request">Request whose body is read.</param>
    /// <param name="kind">Kind the endpoint takes.</param>
    /// <param name="apiVersion">apiVersion the endpoint takes.</param>
    public static async ValueTask<(Decoded Body, ObjectHeader Header)> ReadAsync(ResourceRequest request, string kind, string apiVersion)
    {
        var body = await RequestBody.ReadObjectAsync(request.Http.Request, kind);
        if (body.Error is not null)
        {
            return (body, new());
        }

        if (!ObjectHeader.TryRead(body.Body, kind, out var header, out var error))
        {
            return (Decoded.Refused(error!), header);
        }

        return Check(request, header, kind, apiVersion) is { } problem ? (Decoded.Refused(problem), header) : (body, header);
    }

    private static ResourceError? Check(ResourceRequest request, ObjectHeader header, string kind, string apiVersion)
    {
        if (header.ApiVersion.Length != 0 && header.ApiVersion != apiVersion)
        {
            return ResourceErrors.BadRequest(
                $"the API version in the data ({header.ApiVersion}) does not match the expected API version ({apiVersion})");
        }

        if (header.Kind.Length != 0 && header.Kind != kind)
        {
            var version = apiVersion[(apiVersion.IndexOf('/', StringComparison.Ordinal) + 1)..];
            return DecodeErrors.Unfit(header.Kind, version, kind, $"converting ({version}.{header.Kind}) to ({version}.{kind}): unknown conversion");
        }

        return request.Definition.IsNamespaced && header.Namespace.Length != 0 && header.Namespace != request.Path.Namespace
            ? ResourceErrors.BadRequest("the namespace of the provided object does not match the namespace sent on the request")
            : null;
    }
}
