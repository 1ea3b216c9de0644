using System.Text.Json;
using Crescent.Api.Discovery;
using Crescent.Api.Health;
using Crescent.Api.Limits;
using Crescent.Api.OpenApi;
using Crescent.Api.Responses;
using Microsoft.AspNetCore.Http;

namespace Crescent.Api.Dispatching;

/// <summary>Paths that name no resource: discovery, version, health, the OpenAPI documents.</summary>
internal sealed class PathDispatcher(DiscoveryEndpoint discovery, VersionEndpoint version, HealthEndpoint health, OpenApiEndpoint openApi, OpenIdEndpoint openId,
    ServedCatalog catalog, FlowDump flows)
{
    public async Task HandleAsync(HttpContext context, string url)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            await context.WriteErrorAsync(IsKnown(url) ? ApiErrors.MethodNotAllowed : ApiErrors.UnknownPath);
            return;
        }

        switch (url.TrimEnd('/'))
        {
            case "":
                await WriteIndexAsync(context);
                break;
            case "/version":
                await version.HandleAsync(context);
                break;
            case OpenIdEndpoint.Configuration:
                await openId.WriteConfigurationAsync(context);
                break;
            case OpenIdEndpoint.Keys:
                await openId.WriteKeysAsync(context);
                break;
            case OpenApiEndpoint.V2:
                await openApi.HandleV2Async(context);
                break;
            case var path when path == OpenApiEndpoint.Root || path.StartsWith($"{OpenApiEndpoint.Root}/", StringComparison.Ordinal):
                await openApi.HandleAsync(context, path);
                break;
            case var path when FlowDump.Serves(path):
                await flows.HandleAsync(context, path);
                break;
            case var path when health.Serves(path):
                await health.HandleAsync(context, path);
                break;
            default:
                if (!await discovery.TryHandleAsync(context, url))
                {
                    await context.WriteErrorAsync(ApiErrors.UnknownPath);
                }

                break;
        }
    }

    private bool IsKnown(string url) => url.TrimEnd('/') is "/version" or "/api" or "/apis" || FlowDump.Serves(url) || health.Serves(url);

    private Task WriteIndexAsync(HttpContext context)
    {
        string[] paths =
        [
            "/api", .. catalog.Groups.SelectMany(static group => group.Name.Length == 0
                ? group.Versions.Select(static item => $"/api/{item.Name}")
                : group.Versions.Select(item => $"/apis/{group.Name}/{item.Name}").Prepend($"/apis/{group.Name}")),
            OpenIdEndpoint.Configuration, "/apis", $"{FlowDump.Root}/dump_priority_levels", $"{FlowDump.Root}/dump_queues",
            $"{FlowDump.Root}/dump_requests", "/healthz", "/livez", "/openapi/v3", OpenIdEndpoint.Keys, "/readyz", "/swagger", "/version",
        ];
        Array.Sort(paths, StringComparer.Ordinal);
        return context.WriteJsonAsync(ResponseFormat.Default with { IsPretty = true }, JsonSerializer.SerializeToUtf8Bytes(new { paths }));
    }
}
