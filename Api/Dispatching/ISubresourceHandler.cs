using Crescent.Api.Requests;

namespace Crescent.Api.Dispatching;

/// <summary>A subresource that is not simply the object under another name (status is).</summary>
internal interface ISubresourceHandler
{
    /// <summary>Whether this handler serves <paramref name="request"/>'s kind and subresource.</summary>
    bool Serves(ResourceRequest request);

    Task HandleAsync(ResourceRequest request);
}
