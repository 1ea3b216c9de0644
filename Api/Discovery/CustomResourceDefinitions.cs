using System.Text.Json;
using Crescent.Api.Dispatching;
using Crescent.Api.Responses;

namespace Crescent.Api.Discovery;

/// <summary>
/// There are no custom resources yet, and whoever asks is told so. Discovery does not offer them; kubectl asks all the same before it sends a
/// kind that cannot be patched, such as a review or a binding, to find out who defined it.
/// </summary>
internal sealed class CustomResourceDefinitions : IVirtualResource
{
    public ServedResource Resource { get; } = new()
    {
        Group = "apiextensions.k8s.io", Version = "v1", Kind = "CustomResourceDefinition", Plural = "customresourcedefinitions", Singular = "customresourcedefinition",
        IsNamespaced = false, Verbs = ["list"],
    };

    public bool IsDiscovered => false;

    public Task HandleAsync(VirtualRequest request) => request.Http.WriteJsonAsync(request.Format, JsonSerializer.SerializeToUtf8Bytes(new
    {
        kind = $"{Resource.Kind}List", apiVersion = Resource.GroupVersion, metadata = new { resourceVersion = "1" }, items = Array.Empty<object>(),
    }));
}
