using System.Collections.Frozen;
using System.Collections.Immutable;
using Crescent.Api.Authentication;
using Crescent.Api.Requests;
using Crescent.Api.Resources;
using Crescent.Api.Responses;
using Crescent.Api.Watching;
using Crescent.Definitions;
using Microsoft.AspNetCore.Http;

namespace Crescent.Api.Dispatching;

/// <summary>From a resource path and verb to the handler of the verb, subresource or virtual resource.</summary>
internal sealed class ResourceDispatcher(
    ResourceCatalog catalog,
    IEnumerable<IVirtualResource> virtuals,
    IEnumerable<ISubresourceHandler> subresources,
    GetVerb get,
    ListVerb list,
    WatchVerb watch,
    CreateVerb create,
    ReplaceVerb replace,
    PatchVerb patch,
    DeleteVerb delete,
    DeleteCollectionVerb deleteCollection)
{
    private readonly FrozenDictionary<(string, string, string), IVirtualResource> _virtuals = virtuals.ToFrozenDictionary(
        static item => (item.Resource.Group, item.Resource.Version, item.Resource.Plural));

    private readonly ImmutableArray<ISubresourceHandler> _subresources = [.. subresources];

    public Task HandleAsync(HttpContext context, RequestPath path, RequestVerb verb, UserInfo user)
    {
        var isAcceptable = ResponseFormat.TryNegotiate(context.Request, out var format);
        if (_virtuals.TryGetValue((path.Group, path.Version, path.Resource), out var item))
        {
            return item.HasForms || ResponseFormat.TryNegotiate(context.Request, out format, hasForms: false)
                ? HandleVirtualAsync(item, new() { Http = context, Path = path, Verb = verb, User = user, Format = format })
                : context.WriteErrorAsync(ApiErrors.NotAcceptable);
        }

        if (!catalog.TryGet(path.Group, path.Version, path.Resource, out var definition))
        {
            return context.WriteErrorAsync(ApiErrors.UnknownPath);
        }

        if (verb == RequestVerb.Watch && path.Name.Length == 0 && path.IsWatchPrefixed && path.Subresource.Length != 0)
        {
            return context.WriteErrorAsync(ApiErrors.UnknownPath);
        }

        if (!definition.IsNamespaced && path.Namespace.Length != 0)
        {
            return context.WriteErrorAsync(ApiErrors.UnknownPath);
        }

        if (definition.IsNamespaced && path.Namespace.Length == 0 && verb is not (RequestVerb.List or RequestVerb.Watch))
        {
            return context.WriteErrorAsync(path.Name.Length == 0 ? ApiErrors.MethodNotAllowed : ApiErrors.UnknownPath);
        }

        var request = new ResourceRequest
        {
            Http = context, Path = path, Verb = verb, Definition = definition, User = user, Format = format,
        };
        if (path.Subresource.Length != 0)
        {
            return HandleSubresourceAsync(request, isAcceptable);
        }

        if (!isAcceptable)
        {
            return context.WriteErrorAsync(ApiErrors.NotAcceptable);
        }

        return verb != RequestVerb.None && definition.Verbs.Contains(verb.ToWord()) && IsFitting(path, verb)
            ? HandlerOf(verb).HandleAsync(request)
            : context.WriteErrorAsync(ApiErrors.MethodNotAllowed);
    }

    /// <summary>A name in a POST, or none in a PUT, names no endpoint.</summary>
    private static bool IsFitting(in RequestPath path, RequestVerb verb) => verb switch
    {
        RequestVerb.Create => path.Name.Length == 0,
        RequestVerb.Update or RequestVerb.Patch => path.Name.Length != 0,
        _ => true,
    };

    private static Task HandleVirtualAsync(IVirtualResource item, VirtualRequest request) =>
        item.Resource.Verbs.Contains(request.Verb.ToWord())
            ? item.HandleAsync(request)
            : request.Http.WriteErrorAsync(ApiErrors.MethodNotAllowed);

    private Task HandleSubresourceAsync(ResourceRequest request, bool isAcceptable)
    {
        var name = request.Path.Subresource;
        var subresource = request.Definition.Subresources.FirstOrDefault(item => item.Name == name);
        if (subresource is null)
        {
            return request.Http.WriteErrorAsync(ApiErrors.UnknownPath);
        }

        // OPTIONS is the backend's business; it has no verb.
        var isOptions = name == "proxy" && HttpMethods.IsOptions(request.Http.Request.Method);
        if (!isOptions && !subresource.Verbs.Contains(request.Verb.ToWord()))
        {
            return request.Http.WriteErrorAsync(ApiErrors.MethodNotAllowed);
        }

        foreach (var handler in _subresources)
        {
            if (handler.Serves(request))
            {
                return handler.HandleAsync(request);
            }
        }

        return isAcceptable ? HandlerOf(request.Verb).HandleAsync(request) : request.Http.WriteErrorAsync(ApiErrors.NotAcceptable);
    }

    private IVerbHandler HandlerOf(RequestVerb verb) => verb switch
    {
        RequestVerb.Get => get,
        RequestVerb.List => list,
        RequestVerb.Watch => watch,
        RequestVerb.Create => create,
        RequestVerb.Update => replace,
        RequestVerb.Patch => patch,
        RequestVerb.Delete => delete,
        _ => deleteCollection,
    };
}
