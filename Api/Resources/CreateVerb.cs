using Crescent.Api.Encoding.Json;
using Crescent.Api.Requests;
using Crescent.Api.Responses;
using Crescent.Resources;

namespace Crescent.Api.Resources;

/// <summary>POST to a collection; generated names are tried again when they are taken.</summary>
internal sealed class CreateVerb(ObjectCalls objects, ObjectResponse response) : IVerbHandler
{
    public async Task HandleAsync(ResourceRequest request)
    {
        if (!MutationOptions.TryRead(request, "CreateOptions", out var context, out var error))
        {
            await request.Http.WriteErrorAsync(error!);
            return;
        }

        var (body, header) = await ObjectBody.ReadAsync(request, request.Definition.Kind, request.Definition.ApiVersion);
        if (body.Error is { } refusal)
        {
            await request.Http.WriteErrorAsync(refusal);
            return;
        }

        await response.WriteAsync(request, await CreateAsync(request, context, body.Body, header));
    }

    private async Task<MutationResult> CreateAsync(ResourceRequest request, MutationContext context, byte[] body, ObjectHeader header)
    {
        if (header.Name.Length != 0)
        {
            return await CreateAsync(request, context, body, header.Name);
        }

        var definition = request.Definition;
        if (header.GenerateName.Length == 0)
        {
            return MutationResult.Failed(ResourceErrors.Invalid(definition.Group, definition.Kind, "",
            [
                new() { Reason = "FieldValueRequired", Field = "metadata.name", Message = "Required value: name or generateName is required" },
            ]));
        }

        for (var attempt = 1; ; attempt++)
        {
            var name = GeneratedName.From(header.GenerateName);
            var result = await CreateAsync(request, context, GeneratedName.Fill(body, name), name);
            if (result.Error is not { Reason: "AlreadyExists" } || attempt == GeneratedName.MaxAttempts)
            {
                return result;
            }
        }
    }

    private Task<MutationResult> CreateAsync(ResourceRequest request, MutationContext context, byte[] body, string name) => objects.WriteAsync(
        request.KeyOf(name), grain => grain.CreateAsync(new() { Context = context, Body = body }, request.CancellationToken), request.CancellationToken);
}
