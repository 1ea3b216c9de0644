using Crescent.Api.Dispatching;
using Crescent.Api.OpenApi;
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
        var application = endpoints.CreateApplicationBuilder();
        application.UseWebSockets();
        application.UseSwaggerPages(endpoints.ServiceProvider.GetRequiredService<OpenApiEndpoint>());
        application.Run(dispatcher.HandleAsync);
        endpoints.Map("/{**path}", application.Build()).WithDisplayName("Kubernetes API").WithOrder(int.MaxValue);
        return endpoints;
    }
}
