using Crescent.Api.Discovery;
using Crescent.Api.Dispatching;
using Crescent.Api.Encoding;
using Crescent.Api.Requests;
using Crescent.Api.Resources;
using Crescent.Api.Responses;
using Crescent.Definitions;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Api.Subresources;

/// <summary><c>bindings</c>: the older way to give a pod its node; the body names the pod.</summary>
internal sealed class Bindings(IGrainFactory grains, ResourceCatalog catalog) : IVirtualResource
{
    private const string Kind = "Binding";

    public ServedResource Resource { get; } = new()
    {
        Group = "", Version = "v1", Plural = "bindings", Singular = "binding", Kind = Kind, IsNamespaced = true, Verbs = ["create"],
    };

    public bool HasForms => false;

    public async Task HandleAsync(VirtualRequest request)
    {
        var pods = new ResourceRequest
        {
            Http = request.Http, Verb = request.Verb, User = request.User, Format = request.Format, Definition = catalog[KnownTypes.Pods],
            Path = request.Path,
        };
        if (!MutationOptions.TryRead(pods, "CreateOptions", out var context, out var error, subresource: "binding"))
        {
            await request.Http.WriteErrorAsync(error!);
            return;
        }

        var (body, header) = await ObjectBody.ReadAsync(pods, Kind, "v1");
        if (body.Error is null && header.Name.Length == 0)
        {
            body = Decoded.Refused(ResourceErrors.BadRequest("name is required"));
        }

        if (body.Error is { } refusal)
        {
            await request.Http.WriteErrorAsync(refusal);
            return;
        }

        var result = await grains.GetResourceGrain(pods.KeyOf(header.Name))
            .CreateAsync(new() { Context = context, Body = body.Body }, pods.CancellationToken);
        request.Http.AddNotes(result);
        await (result.Error is { } problem
            ? request.Http.WriteErrorAsync(problem)
            : request.Http.WriteJsonAsync(request.Format with { Shape = ResponseShape.Object }, StatusBody.Success(code: 201), 201));
    }
}
