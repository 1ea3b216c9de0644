using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Crescent.Authentication;

public static class AuthenticationServices
{
    /// <summary>Issuing of service account tokens. A host brings its <see cref="IServiceAccountKeys"/>. May be called more than once.</summary>
    public static IServiceCollection AddServiceAccountTokens(this IServiceCollection services)
    {
        services.AddOptions<ServiceAccountTokenOptions>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IServiceAccountKeys, GeneratedServiceAccountKeys>();
        services.TryAddSingleton<ServiceAccountTokens>();
        return services;
    }
}
