using Crescent.Identity;

namespace Crescent.Watching;

/// <summary>The caches of this process; one per resource type, started on first use. Singleton.</summary>
public interface IResourceCaches
{
    /// <summary>The cache of <paramref name="type"/>; loading begins with the first call.</summary>
    IResourceCache Get(ResourceType type);
}
