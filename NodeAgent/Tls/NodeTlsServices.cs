using Crescent.NodeAgent.Tls.Managed;
using Crescent.Security;
using Microsoft.Extensions.DependencyInjection;

namespace Crescent.NodeAgent.Tls;

internal static class NodeTlsServices
{
    /// <summary>Adds <see cref="INodeKeys"/> and <see cref="INodeTls"/>, and for Orleans' connections what they need beyond the default.</summary>
    public static IServiceCollection AddNodeTls(this IServiceCollection services, TlsKind kind) => kind switch
    {
        TlsKind.Managed => services
            .AddSingleton<INodeKeys, ManagedNodeKeys>()
            .AddSingleton<ManagedTls>()
            .AddSingleton<IConnectionTls>(static provider => provider.GetRequiredService<ManagedTls>())
            .AddSingleton<INodeTls, ManagedNodeTls>(),
        _ => services
            .AddSingleton<INodeKeys, SystemNodeKeys>()
            .AddSingleton<INodeTls, SystemNodeTls>(),
    };
}
