using Crescent.ManagedTls;
using Crescent.NodeAgent.Registration;
using Crescent.Security;
using Microsoft.Extensions.DependencyInjection;

namespace Crescent.NodeAgent.Tls;

internal static class NodeTlsServices
{
    /// <summary>Adds <see cref="INodeTls"/>, and for Orleans' connections what they need beyond the default.</summary>
    public static IServiceCollection AddNodeTls(this IServiceCollection services, TlsKind kind) => kind switch
    {
        TlsKind.Managed => services
            .AddSingleton<IConnectionTls>(static provider =>
            {
                var credentials = provider.GetRequiredService<NodeCredentials>();
                return new ManagedConnectionTls(() => credentials.Client, () => credentials.Serving, () => credentials.Authorities);
            })
            .AddSingleton<INodeTls, ManagedNodeTls>(),
        _ => services.AddSingleton<INodeTls, SystemNodeTls>(),
    };
}
