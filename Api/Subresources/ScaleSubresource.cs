using Crescent.Api.Dispatching;
using Crescent.Api.Requests;
using Crescent.Api.Resources;
using Crescent.Api.Responses;
using Crescent.Resources;

namespace Crescent.Api.Subresources;

/// <summary><c>scale</c>: an autoscaling/v1 Scale made from the object, and writes through it.</summary>
internal sealed class ScaleSubresource(IGrainFactory grains, GetVerb get, PatchVerb patch, TimeProvider time) : ISubresourceHandler
{
    private const string ApiVersion = "autoscaling/v1";
    private const string Kind = "Scale";

    public bool Serves(ResourceRequest request) => request.Path.Subresource == "scale";

    public async Task HandleAsync(ResourceRequest request)
    {
        if (request.Verb == RequestVerb.Get)
        {
            var snapshot = await get.FindAsync(request);
            await (snapshot is null
                ? request.Http.WriteErrorAsync(ResourceErrors.NotFound(request.Definition.Type, request.Path.Name))
                : WriteAsync(request, snapshot));
            return;
        }

        var result = request.Verb == RequestVerb.Patch ? await patch.PatchAsync(request) : await ReplaceAsync(request);
        request.Http.AddNotes(result);
        await (result.Error is { } error ? request.Http.WriteErrorAsync(error) : WriteAsync(request, result.Snapshot!));
    }

    private async Task<MutationResult> ReplaceAsync(ResourceRequest request)
    {
        if (!MutationOptions.TryRead(request, "UpdateOptions", out var context, out var error))
        {
            return MutationResult.Failed(error!);
        }

        var (body, _) = await ObjectBody.ReadAsync(request, Kind, ApiVersion);
        return body.Error is { } refusal
            ? MutationResult.Failed(refusal)
            : await grains.GetResourceGrain(request.Key).ReplaceAsync(new() { Context = context, Body = body.Body }, request.CancellationToken);
    }

    private Task WriteAsync(ResourceRequest request, ResourceSnapshot snapshot) =>
        request.Format.Shape == ResponseShape.Table
            ? request.Http.WriteJsonAsync(request.Format, ScaleTable.Encode(snapshot, request.Format.MetaVersion, time.GetUtcNow()))
            : request.Http.WriteJsonAsync(request.Format, ScaleProjection.Encode(snapshot));
}
