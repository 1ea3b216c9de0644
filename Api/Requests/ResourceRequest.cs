using Crescent.Api.Authentication;
using Crescent.Api.Responses;
using Crescent.Definitions;
using Crescent.Identity;
using Microsoft.AspNetCore.Http;

namespace Crescent.Api.Requests;

/// <summary>An authenticated and authorised request for a kind of the catalog.</summary>
internal sealed class ResourceRequest
{
    public required HttpContext Http { get; init; }
    public required RequestPath Path { get; init; }
    public required RequestVerb Verb { get; init; }
    public required ResourceDefinition Definition { get; init; }
    public required UserInfo User { get; init; }
    public required ResponseFormat Format { get; init; }

    public IQueryCollection Query => Http.Request.Query;
    public CancellationToken CancellationToken => Http.RequestAborted;

    /// <summary>Key of the named object.</summary>
    public ResourceKey Key => KeyOf(Path.Name);

    /// <summary>Key of another object of the same kind and namespace.</summary>
    public ResourceKey KeyOf(string name) => new(Definition.Type, Path.Namespace, name);
}
