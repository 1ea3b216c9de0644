using Crescent.Identity;
using Orleans.Runtime;

namespace Crescent.Resources;

/// <summary>Typed access to resource grains.</summary>
public static class ResourceGrainExtensions
{
    private static GrainReference? _known;

    /// <summary>
    /// The grain that owns the object of <paramref name="key"/>. The factory finds out from attributes what an interface is called, on
    /// every call; one reference tells it for all.
    /// </summary>
    public static IResourceGrain GetResourceGrain(this IGrainFactory grains, ResourceKey key)
    {
        if (Volatile.Read(ref _known) is { } known)
        {
            return (IResourceGrain)grains.GetGrain(GrainId.Create(known.GrainId.Type, key.ToGrainKey()), known.InterfaceType);
        }

        var grain = grains.GetGrain<IResourceGrain>(key.ToGrainKey());
        Volatile.Write(ref _known, grain as GrainReference);
        return grain;
    }
}
