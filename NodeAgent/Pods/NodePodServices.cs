using Crescent.NodeAgent.Assignments;
using Crescent.NodeAgent.Events;
using Crescent.NodeAgent.Images;
using Crescent.NodeAgent.Networks;
using Crescent.NodeAgent.Networks.Links;
using Crescent.NodeAgent.Pods.Admission;
using Crescent.NodeAgent.Pods.Variables;
using Crescent.NodeAgent.Probes;
using Crescent.NodeAgent.Runtimes;
using Crescent.NodeAgent.Runtimes.Docker;
using Crescent.NodeAgent.Stats;
using Crescent.NodeAgent.Stats.Sinks;
using Crescent.NodeAgent.Volumes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Crescent.NodeAgent.Pods;

/// <summary>Registration of everything that runs pods on this node.</summary>
public static class NodePodServices
{
    /// <summary>
    /// Adds the pod side of the agent, with stats and node status. Needs an <c>INodeLink</c>, an <c>IPodNetwork</c> and an <c>IPodDns</c>;
    /// an <c>INetworkState</c> names services to containers. Reads the sections <c>Pods</c>, <c>Docker</c> and <c>Stats</c>.
    /// </summary>
    public static IServiceCollection AddNodePods(this IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<PodOptions>(configuration.GetSection(PodOptions.Section));
        services.Configure<DockerOptions>(configuration.GetSection(DockerOptions.Section));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IContainerRuntime, DockerRuntime>();
        services.TryAddSingleton<IHostAddress, HostAddress>();
        services.TryAddSingleton<IServiceDirectory>(static provider =>
            provider.GetService<INetworkState>() is { } network ? new FeedServices(network) : new NoServices());
        services.AddSingleton<RuntimeState>();
        services.AddSingleton<PodAddresses>();
        services.TryAddSingleton<PodLinks>();
        services.AddSingleton<AssignmentState>();
        services.AddSingleton<INodeObjects>(static provider => provider.GetRequiredService<AssignmentState>());
        services.AddSingleton<RegistryCredentials>();
        services.AddSingleton<ImageStore>();
        services.AddHosted<PodTokens>();
        services.AddSingleton<IPodTokens>(static provider => provider.GetRequiredService<PodTokens>());
        services.AddSingleton<PodVolumes>();
        services.AddSingleton<ContainerConfigBuilder>();
        services.AddSingleton<ProbeHttp>();
        services.AddSingleton<Prober>();
        services.AddSingleton<HookRunner>();
        services.AddSingleton<PodStarter>();
        services.AddSingleton<PodTools>();
        services.AddSingleton<Streaming.PodDialer>();
        services.AddHosted<EventRecorder>();
        services.AddSingleton<IPodEvents>(static provider => provider.GetRequiredService<EventRecorder>());
        services.AddSingleton<INodeEvents>(static provider => provider.GetRequiredService<EventRecorder>());
        services.AddHosted<PodStatusReporter>();
        services.AddHosted<RuntimeMonitor>();
        services.AddHosted<AssignmentReader>();
        services.AddHosted<PodManager>();
        services.Configure<StatsOptions>(configuration.GetSection(StatsOptions.Section));
        services.AddSingleton<MachineReader>();
        services.AddSingleton(static provider => new CgroupReader(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<PrometheusSink>();
        services.AddSingleton<IMetricsSink>(static provider => provider.GetRequiredService<PrometheusSink>());
        services.AddHosted<WritableLayers>();
        services.AddHosted<StatsCollector>();
        services.AddSingleton<NewestStats>();
        services.AddSingleton<INodeStatsSource>(static provider => provider.GetRequiredService<NewestStats>());
        services.AddSingleton<NodeCapacity>();
        services.AddSingleton<NodeRoom>();
        services.AddSingleton<NodeAdmission>();
        services.AddSingleton<INodeStatusSource, NodeStatusSource>();
        return services;
    }

    /// <summary>Adds a place measurements can go to; it is used when its name stands in <c>Stats:Sinks</c>.</summary>
    public static IServiceCollection AddMetricsSink<T>(this IServiceCollection services)
        where T : class, IMetricsSink => services.AddSingleton<IMetricsSink, T>();

    /// <summary>A background service that others can ask things.</summary>
    internal static IServiceCollection AddHosted<T>(this IServiceCollection services)
        where T : class, Microsoft.Extensions.Hosting.IHostedService =>
        services.AddSingleton<T>().AddHostedService(static provider => provider.GetRequiredService<T>());
}
