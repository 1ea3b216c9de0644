using Crescent.Api.Dispatching;
using Microsoft.Extensions.DependencyInjection;

namespace Crescent.Api.Reviews;

internal static class ReviewServiceCollectionExtensions
{
    /// <summary>The create-only kinds that answer questions about access and identity.</summary>
    public static IServiceCollection AddReviews(this IServiceCollection services)
    {
        services.AddSingleton<IVirtualResource>(static provider => new AccessReview(provider.GetRequiredService<IAuthorizer>(), AccessReview.Self));
        services.AddSingleton<IVirtualResource>(static provider => new AccessReview(provider.GetRequiredService<IAuthorizer>(), AccessReview.Subject));
        services.AddSingleton<IVirtualResource>(
            static provider => new AccessReview(provider.GetRequiredService<IAuthorizer>(), AccessReview.Local, isNamespaced: true));
        services.AddSingleton<IVirtualResource, SelfSubjectRulesReview>();
        foreach (var version in (ReadOnlySpan<string>)["v1", "v1beta1", "v1alpha1"])
        {
            services.AddSingleton<IVirtualResource>(new SelfSubjectReview(version));
        }

        services.AddSingleton<IVirtualResource, TokenReview>();
        return services;
    }
}
