using Crescent.Api.Requests;
using Crescent.Api.Responses;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Api.Resources;

/// <summary>GET of one object: from its grain, or from the cache when any version will do.</summary>
internal sealed class GetVerb(ObjectCalls objects, IResourceCaches caches, ObjectResponse response) : IVerbHandler
{
    public async Task HandleAsync(ResourceRequest request)
    {
        var snapshot = await FindAsync(request);
        if (snapshot is null)
        {
            await request.Http.WriteErrorAsync(ResourceErrors.NotFound(request.Definition.Type, request.Path.Name));
            return;
        }

        await response.WriteAsync(request, snapshot);
    }

    /// <summary>Null when there is no such object.</summary>
    public async ValueTask<ResourceSnapshot?> FindAsync(ResourceRequest request)
    {
        if (request.Query.Text("resourceVersion") == "0")
        {
            var cache = caches.Get(request.Definition.Type);
            await cache.WaitUntilLoadedAsync(request.CancellationToken);
            if (cache.Current.TryGet(request.Path.Namespace, request.Path.Name, out var cached))
            {
                return cached;
            }
        }

        return await objects.ReadAsync(request.Key, request.CancellationToken);
    }
}
