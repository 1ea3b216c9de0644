using Crescent.Api.Encoding;
using Crescent.Api.Encoding.Yaml;
using Crescent.Api.Requests;
using Crescent.Api.Responses;
using Crescent.Resources;

namespace Crescent.Api.Resources;

/// <summary>PATCH in all four forms; the patch itself is applied in the object's grain.</summary>
internal sealed class PatchVerb(ObjectCalls objects, ObjectResponse response) : IVerbHandler
{
    private const string MediaTypes =
        "application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml";

    public async Task HandleAsync(ResourceRequest request)
    {
        var result = await PatchAsync(request);
        await response.WriteAsync(request, result);
    }

    /// <summary>Also for subresources that answer in another shape.</summary>
    public async Task<MutationResult> PatchAsync(ResourceRequest request)
    {
        if (!TryKind(request.Http.Request.ContentType, out var kind))
        {
            return MutationResult.Failed(ApiErrors.UnsupportedMediaType(MediaTypes));
        }

        if (!MutationOptions.TryRead(request, "PatchOptions", out var context, out var error) || (error = CheckOptions(request, kind)) is not null)
        {
            return MutationResult.Failed(error!);
        }

        var body = await RequestBody.ReadRawAsync(request.Http.Request);
        if (body.Error is null && kind == PatchKind.Apply)
        {
            body = YamlReader.ToJson(body.Body, request.Definition.Kind);
        }

        if (body.Error is { } refusal)
        {
            return MutationResult.Failed(refusal);
        }

        var patch = new PatchRequest { Context = context, Kind = kind, Body = body.Body, IsForced = request.Query.Flag("force") };
        return await objects.WriteAsync(request.Key, grain => grain.PatchAsync(patch, request.CancellationToken), request.CancellationToken);
    }

    private static bool TryKind(string? contentType, out PatchKind kind)
    {
        (kind, var isKnown) = RequestBody.MediaType(contentType) switch
        {
            "application/json-patch+json" => (PatchKind.Json, true),
            "application/merge-patch+json" => (PatchKind.Merge, true),
            "application/strategic-merge-patch+json" => (PatchKind.Strategic, true),
            "application/apply-patch+yaml" => (PatchKind.Apply, true),
            _ => (default, false),
        };
        return isKnown;
    }

    private static ResourceError? CheckOptions(ResourceRequest request, PatchKind kind)
    {
        if (kind == PatchKind.Apply)
        {
            return request.Query.Text("fieldManager").Length == 0
                ? ApiErrors.Invalid("PatchOptions", "fieldManager", "Required value: is required for apply patch", "FieldValueRequired")
                : null;
        }

        return request.Query.ContainsKey("force")
            ? ApiErrors.Invalid("PatchOptions", "force", "Forbidden: may not be specified for non-apply patch", "FieldValueForbidden")
            : null;
    }
}
