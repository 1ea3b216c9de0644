using Crescent.Authentication;
using Crescent.Grains.Addresses;
using Crescent.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Nodes;

/// <summary>Registers the control plane's side of nodes.</summary>
public static class NodeHosting
{
    /// <summary>
    /// Adds the node grains, their feeds and their monitor, and <see cref="NodeStatsReader"/>. Needs the resource core, the caches, the event
    /// recorder (<c>AddReconcilers</c>), <see cref="AddressOptions"/> and a default grain storage (for the blocks of the pod network).
    /// </summary>
    public static ISiloBuilder AddNodes(this ISiloBuilder silo, Action<NodeOptions>? configure = null)
    {
        var services = silo.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddOptions<NodeOptions>().Configure(options => configure?.Invoke(options)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<NodeOptions>, NodeOptionsValidator>();
        services.AddOptions<AddressOptions>();
        services.AddSingleton<NodeInstruments>();
        services.AddSingleton<SiloAge>();
        services.AddSingleton<NodeFeeds>();
        services.AddServiceAccountTokens();
        services.AddSingleton<PodTokenIssuer>();
        services.AddHostedService<NodeMonitorStarter>();
        services.TryAddSingleton<NodeStatsReader>();
        return silo;
    }
}
