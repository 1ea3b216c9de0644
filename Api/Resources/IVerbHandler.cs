using Crescent.Api.Requests;

namespace Crescent.Api.Resources;

/// <summary>One verb on objects of the catalog.</summary>
internal interface IVerbHandler
{
    Task HandleAsync(ResourceRequest request);
}
