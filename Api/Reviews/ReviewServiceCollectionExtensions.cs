using Crescent.Api.Dispatching;
using Microsoft.Extensions.DependencyInjection;

namespace Crescent.Api.Reviews;

internal static class ReviewServiceCollectionExtensions
{
    /// <summary>The create-only kinds that answer questions about access and identity.</summary>
    public static IServiceCollection AddReviews(this IServiceCollection services)
    {
        services.AddSingleton<IVirtualResource, SelfSubjectAccessReview>();
        services.AddSingleton<IVirtualResource, SelfSubjectRulesReview>();
        services.AddSingleton<IVirtualResource, SelfSubjectReview>();
        services.AddSingleton<IVirtualResource, SubjectAccessReview>();
        return services;
    }
}
