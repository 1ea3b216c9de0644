using Crescent.Api.Auditing;
using Crescent.Api.Authentication;
using Crescent.Api.Discovery;
using Crescent.Api.Dispatching;
using Crescent.Api.Disruption;
using Crescent.Api.Health;
using Crescent.Api.Limits;
using Crescent.Api.Metrics;
using Crescent.Api.OpenApi;
using Crescent.Api.Proxying;
using Crescent.Api.Resources;
using Crescent.Api.Reviews;
using Crescent.Api.Streaming;
using Crescent.Api.Subresources;
using Crescent.Api.Watching;
using Crescent.Definitions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Crescent.Api.Hosting;

/// <summary>Registration of the API server.</summary>
public static class ApiServiceCollectionExtensions
{
    /// <summary>
    /// Adds the API. The host provides <c>IGrainFactory</c> and <c>IResourceCaches</c>, and maps it with
    /// <see cref="ApiEndpointExtensions.MapCrescentApi"/>. Configure <see cref="ApiOptions"/>, <see cref="ApiAuthenticationOptions"/> and
    /// <see cref="WatchOptions"/>.
    /// </summary>
    public static IServiceCollection AddCrescentApi(this IServiceCollection services, Action<ApiOptions>? configure = null)
    {
        services.AddOptions<ApiOptions>().Configure(configure ?? (static _ => { }));
        services.AddOptions<ApiAuthenticationOptions>();
        services.AddOptions<WatchOptions>();
        services.AddOptions<InFlightLimits>();
        services.AddHealthChecks();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(ResourceCatalog.BuiltIn);

        services.AddAuthentication(CrescentAuthenticationHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, CrescentAuthenticationHandler>(CrescentAuthenticationHandler.SchemeName, null);
        services.TryAddSingleton<CertificateAuthenticator>();
        services.TryAddSingleton<RequestAuthenticator>();
        services.TryAddSingleton<TokenAuthenticators>();
        services.AddSingleton<ITokenAuthenticator, StaticTokenAuthenticator>();
        services.AddSingleton<ITokenAuthenticator, BootstrapTokenAuthenticator>();
        services.AddSingleton<ITokenAuthenticator, ServiceAccountAuthenticator>();
        services.AddSingleton<ITokenAuthenticator, OidcAuthenticator>();
        services.TryAddSingleton<Impersonation>();
        services.AddOptions<AuditOptions>();
        services.TryAddSingleton<AuditLog>();
        services.AddHostedService(static provider => provider.GetRequiredService<AuditLog>());
        services.AddServiceAccountTokens();
        services.TryAddSingleton<OpenIdEndpoint>();
        services.AddCrescentAuthorization();
        services.AddMetrics();
        services.TryAddSingleton<FlowInstruments>();
        services.TryAddSingleton<FlowLimiter>();
        services.TryAddSingleton<FlowDump>();
        services.TryAddSingleton<IRequestLimiter>(static provider => provider.GetRequiredService<FlowLimiter>());

        services.TryAddSingleton<ApiDispatcher>();
        services.AddTransient<IStartupFilter, ResourcePathFilter>();
        services.AddSingleton<IMemoryPoolFactory<byte>, BufferPoolFactory>();
        services.TryAddSingleton<ResourceDispatcher>();
        services.TryAddSingleton<PathDispatcher>();
        services.TryAddSingleton<ServedCatalog>();
        services.TryAddSingleton<DiscoveryEndpoint>();
        services.TryAddSingleton<VersionEndpoint>();
        services.TryAddSingleton<HealthEndpoint>();
        services.TryAddSingleton<DescribedResources>();
        services.TryAddSingleton<OpenApiEndpoint>();

        services.TryAddSingleton<RetainedViews>();
        services.TryAddSingleton<ListSources>();
        services.TryAddSingleton<ObjectResponse>();
        services.TryAddSingleton<ObjectCalls>();
        services.TryAddSingleton<GetVerb>();
        services.TryAddSingleton<ListVerb>();
        services.TryAddSingleton<WatchVerb>();
        services.TryAddSingleton<CreateVerb>();
        services.TryAddSingleton<ReplaceVerb>();
        services.TryAddSingleton<PatchVerb>();
        services.TryAddSingleton<DeleteVerb>();
        services.TryAddSingleton<DeleteCollectionVerb>();

        services.AddSingleton<ISubresourceHandler, ScaleSubresource>();
        services.AddSingleton<EvictionGate>();
        services.AddSingleton<ISubresourceHandler, PodActionSubresource>();
        services.AddSingleton<ISubresourceHandler, TokenSubresource>();
        services.AddOptions<NodeProxyOptions>();
        services.TryAddSingleton<INodeProxy, HttpsNodeProxy>();
        services.AddSingleton<ISubresourceHandler, LogSubresource>();
        services.AddSingleton<ISubresourceHandler, RemoteCommandSubresource>();
        services.AddSingleton<ISubresourceHandler, PortForwardSubresource>();
        services.TryAddSingleton<ProxyTargets>();
        services.TryAddSingleton<ProxyTransport>();
        services.AddSingleton<ISubresourceHandler, ProxySubresource>();
        services.TryAddSingleton<INodeStatsSource, GrainNodeStatsSource>();
        services.AddSingleton<IVirtualResource, Bindings>();
        services.TryAddSingleton<ComponentProbe>();
        services.AddSingleton<IVirtualResource, ComponentStatuses>();
        services.AddSingleton<IVirtualResource, CustomResourceDefinitions>();
        services.AddSingleton<IVirtualResource, NodeMetrics>();
        services.AddSingleton<IVirtualResource, PodMetrics>();
        services.AddReviews();
        return services;
    }
}
