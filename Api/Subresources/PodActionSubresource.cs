using Crescent.Api.Dispatching;
using Crescent.Api.Disruption;
using Crescent.Api.Requests;
using Crescent.Api.Resources;
using Crescent.Api.Responses;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Api.Subresources;

/// <summary><c>pods/binding</c> and <c>pods/eviction</c>: posts that act on a pod and answer Status Success.</summary>
internal sealed class PodActionSubresource(IGrainFactory grains, EvictionGate gate) : ISubresourceHandler
{
    public bool Serves(ResourceRequest request) =>
        request.Definition.Type == KnownTypes.Pods && request.Path.Subresource is "binding" or "eviction";

    public async Task HandleAsync(ResourceRequest request)
    {
        if (!MutationOptions.TryRead(request, "CreateOptions", out var context, out var error))
        {
            await request.Http.WriteErrorAsync(error!);
            return;
        }

        var subresource = request.Definition.Subresources.First(item => item.Name == request.Path.Subresource);
        var apiVersion = subresource.Group is null ? "v1" : $"{subresource.Group}/{subresource.Version}";
        var (body, header) = await ObjectBody.ReadAsync(request, subresource.Kind, apiVersion);
        if (body.Error is null && header.Name.Length != 0 && header.Name != request.Path.Name)
        {
            body = Encoding.Decoded.Refused(ResourceErrors.BadRequest(
                $"name in URL does not match name in {subresource.Kind} object: \"{request.Path.Name}\" != \"{header.Name}\""));
        }

        if (body.Error is { } refusal)
        {
            await request.Http.WriteErrorAsync(refusal);
            return;
        }

        if (subresource.Name == "eviction" && await gate.ChargeAsync(request.Key, context.IsDryRun, request.CancellationToken) is { } protectedPod)
        {
            await request.Http.WriteErrorAsync(protectedPod);
            return;
        }

        var result = await grains.GetResourceGrain(request.Key)
            .CreateAsync(new() { Context = context, Body = body.Body }, request.CancellationToken);
        request.Http.AddNotes(result);
        await (result.Error is { } problem
            ? request.Http.WriteErrorAsync(problem)
            : request.Http.WriteJsonAsync(request.Format with { Shape = ResponseShape.Object }, StatusBody.Success(code: 201), 201));
    }
}
