using Crescent.Authentication;
using Crescent.Grains.Addresses;
using Crescent.Grains.Events;
using Crescent.Grains.Nodes;
using Microsoft.Extensions.DependencyInjection;

namespace Crescent.Api.Tests.Fuzzing;

/// <summary>What node grains need, without the monitor: metrics ask the grain of every Node somebody has made.</summary>
internal static class NodeSide
{
    public static void AddNodeGrains(this IServiceCollection services)
    {
        services.AddMetrics();
        services.AddOptions<NodeOptions>();
        services.AddOptions<AddressOptions>();
        services.AddServiceAccountTokens();
        services.AddSingleton<NodeInstruments>();
        services.AddSingleton<SiloAge>();
        services.AddSingleton<NodeFeeds>();
        services.AddSingleton<PodTokenIssuer>();
        services.AddSingleton<IEventRecorder, NoEvents>();
    }

    private sealed class NoEvents : IEventRecorder
    {
        public void Record(EventSubject involved, string type, string reason, string message, string component, string host = "")
        {
            // Nobody reads them here.
        }
    }
}
