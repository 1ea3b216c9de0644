using Crescent.Api.Dispatching;
using Crescent.Api.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Crescent.Api.Hosting;

/// <summary>
/// Takes requests for resources before routing and what the host put behind it: these paths are the API's alone, and it authenticates
/// them itself. Requests that may become a WebSocket, which every watch may, go the long way, through the middleware for that.
/// </summary>
internal sealed class ResourcePathFilter(ApiDispatcher dispatcher) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => application =>
    {
        application.Use(rest => context =>
        {
            var path = context.Request.Path.Value;
            return path is not null && path.StartsWith("/api", StringComparison.Ordinal) && RequestPath.Parse(path) is { IsResource: true } named
                && named.Subresource is not ("exec" or "attach" or "portforward" or "proxy" or "log")
                && context.Request.Headers.Upgrade.Count == 0
                    ? dispatcher.HandleAsync(context, named)
                    : rest(context);
        });
        next(application);
    };
}
