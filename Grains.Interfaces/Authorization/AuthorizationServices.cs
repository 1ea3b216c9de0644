using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Crescent.Authorization;

public static class AuthorizationServices
{
    /// <summary>The authorizer and its modes. Needs <c>IResourceCaches</c>. May be called more than once.</summary>
    public static IServiceCollection AddCrescentAuthorization(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAuthorizationMode, NodeMode>());
        services.TryAddSingleton<RbacMode>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAuthorizationMode, RbacMode>(static provider => provider.GetRequiredService<RbacMode>()));
        services.TryAddSingleton<IAuthorizer, Authorizer>();
        return services;
    }
}
