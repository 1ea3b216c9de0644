using Crescent.Grains.Addresses;
using Crescent.Grains.Mutation.Admission;
using Crescent.Grains.Watching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Mutation;

public static class MutationServices
{
    /// <summary>
    /// The mutation pipeline and the address allocator. Needs <c>IResourceCaches</c> and a default grain storage; ranges are set with
    /// <see cref="AddressOptions"/>.
    /// </summary>
    public static IServiceCollection AddMutation(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddAdmission();
        services.TryAddSingleton<IAddressSource, GrainAddressSource>();
        services.TryAddSingleton<ServiceAdmission>();
        services.TryAddSingleton<IMutationPipeline, MutationPipeline>();
        services.AddOptions<AddressOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AddressOptions>, AddressOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ICommitObserver, AddressReleaser>());
        return services;
    }
}
