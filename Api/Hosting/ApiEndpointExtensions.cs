using Crescent.Api.Dispatching;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Crescent.Api.Hosting;

/// <summary>Mapping of the API server.</summary>
public static class ApiEndpointExtensions
{
    /// <summary>
    /// Serves every path that no other endpoint of the host claims: the resource API and discovery by one handler without per-kind
    /// routes, and a Status for paths nobody knows.
    /// </summary>
    public static IEndpointRouteBuilder MapCrescentApi(this IEndpointRouteBuilder endpoints)
    {
        var dispatcher = endpoints.ServiceProvider.GetRequiredService<ApiDispatcher>();
        endpoints.Map("/{**path}", dispatcher.HandleAsync).WithDisplayName("Kubernetes API").WithOrder(int.MaxValue);
        return endpoints;
    }
}
