using Crescent.Api.Discovery;

namespace Crescent.Api.Dispatching;

/// <summary>A resource that is answered on the spot and never stored: reviews, metrics.</summary>
internal interface IVirtualResource
{
    ServedResource Resource { get; }

    /// <summary>Whether discovery and the OpenAPI documents speak of it.</summary>
    bool IsDiscovered => true;

    /// <summary>Whether it can be shown as a table or by its metadata; who takes nothing else gets 406.</summary>
    bool HasForms => true;

    /// <summary>Called for the verbs of <see cref="Resource"/> only.</summary>
    Task HandleAsync(VirtualRequest request);
}
