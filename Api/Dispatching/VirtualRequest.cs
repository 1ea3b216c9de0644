using Crescent.Api.Authentication;
using Crescent.Api.Requests;
using Crescent.Api.Responses;
using Microsoft.AspNetCore.Http;

namespace Crescent.Api.Dispatching;

/// <summary>An authenticated and authorised request for a virtual resource.</summary>
internal sealed class VirtualRequest
{
    public required HttpContext Http { get; init; }
    public required RequestPath Path { get; init; }
    public required RequestVerb Verb { get; init; }
    public required UserInfo User { get; init; }
    public required ResponseFormat Format { get; init; }
}
