using Microsoft.Extensions.DependencyInjection;
using Orleans.GrainDirectory;
using Orleans.Runtime;

namespace Crescent.Grains.Hosting;

/// <summary>What stands between grains and their directory.</summary>
public static class GrainDirectoryExtensions
{
    /// <summary>Puts a <see cref="LoneSiloDirectory"/> before the directory, added before, of all grains that name none.</summary>
    public static ISiloBuilder SkipLookupsOfLoneSilo(this ISiloBuilder silo)
    {
        const string Name = GrainDirectoryAttribute.DEFAULT_GRAIN_DIRECTORY;
        var present = silo.Services.Last(static service => service.ServiceType == typeof(IGrainDirectory) && Equals(service.ServiceKey, Name));
        silo.Services.Remove(present);
        silo.Services.AddKeyedSingleton<IGrainDirectory>(Name, (provider, key) => new LoneSiloDirectory(
            (IGrainDirectory)present.KeyedImplementationFactory!(provider, key), provider.GetRequiredService<IClusterMembershipService>()));
        return silo;
    }
}
