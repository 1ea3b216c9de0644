using Crescent.Api.Requests;
using Crescent.Api.Responses;
using Crescent.Resources;

namespace Crescent.Api.Resources;

/// <summary>PUT of an object, its status or another subresource that has the object's own shape.</summary>
internal sealed class ReplaceVerb(ObjectCalls objects, ObjectResponse response) : IVerbHandler
{
    public async Task HandleAsync(ResourceRequest request)
    {
        if (!MutationOptions.TryRead(request, "UpdateOptions", out var context, out var error))
        {
            await request.Http.WriteErrorAsync(error!);
            return;
        }

        var (body, _) = await ObjectBody.ReadAsync(request, request.Definition.Kind, request.Definition.ApiVersion);
        if (body.Error is { } refusal)
        {
            await request.Http.WriteErrorAsync(refusal);
            return;
        }

        var result = await objects.WriteAsync(
            request.Key, grain => grain.ReplaceAsync(new() { Context = context, Body = body.Body }, request.CancellationToken), request.CancellationToken);
        await response.WriteAsync(request, result);
    }
}
