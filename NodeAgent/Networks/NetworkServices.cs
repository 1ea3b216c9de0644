using Crescent.NodeAgent.Dns;
using Crescent.NodeAgent.Networks.Links;
using Crescent.NodeAgent.Proxy;
using Crescent.NodeAgent.Registration;
using Crescent.NodeAgent.Runtimes.Docker;
using Docker.DotNet;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crescent.NodeAgent.Networks;

/// <summary>Registration of the network rooms of the agent.</summary>
public static class NetworkServices
{
    /// <summary>
    /// Adds the network feed (<see cref="INetworkState"/>), the pod network (<see cref="IPodNetwork"/>), resolver settings
    /// (<see cref="IPodDns"/>), the service proxy, the DNS server and routes to other nodes. Needs <see cref="INodeLink"/>; uses a
    /// registered <see cref="IDockerClient"/> or makes its own.
    /// </summary>
    public static IServiceCollection AddNodeNetwork(this IServiceCollection services, Action<NodeNetworkOptions>? configure = null)
    {
        services.AddOptions<NodeNetworkOptions>().Configure(configure ?? (_ => { })).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<NodeNetworkOptions>, NodeNetworkOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IDockerClient>(provider =>
            DockerEngine.Connect(provider.GetRequiredService<IOptions<NodeNetworkOptions>>().Value.DockerEndpoint));

        services.AddSingleton<NetworkState>();
        services.AddSingleton<INetworkState>(provider => provider.GetRequiredService<NetworkState>());
        services.AddHostedService<NetworkFeed>();

        services.TryAddSingleton<PodLinks>();
        services.AddSingleton(provider => new ContainerNetwork(
            new DockerCalls(
                provider.GetRequiredService<IDockerClient>(),
                provider.GetRequiredService<IOptions<DockerOptions>>().Value.RequestTimeout,
                provider.GetRequiredService<TimeProvider>()),
            provider.GetRequiredService<ILogger<ContainerNetwork>>()));
        services.AddSingleton<PodNetwork>();
        services.AddSingleton<IPodNetwork>(provider => provider.GetRequiredService<PodNetwork>());
        services.AddSingleton<IPodDns, PodDns>();
        services.AddHostedService<NetworkKeeper>();
        services.AddHostedService<HairpinKeeper>();

        services.AddSingleton<INftables, NftProgram>();
        services.AddSingleton<ServiceTable>();
        services.AddHostedService<ServiceProxy>();

        services.AddSingleton<DnsCache>();
        services.AddSingleton(provider => new Upstreams(
            provider.GetRequiredService<IOptions<NodeNetworkOptions>>().Value.ResolvConf, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new DnsForwarder(
            () => provider.GetRequiredService<Upstreams>().Current,
            provider.GetRequiredService<DnsCache>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<DnsForwarder>>()));
        services.AddSingleton<DnsEndpoint>();
        services.AddHostedService<DnsServer>();
        return services;
    }
}
