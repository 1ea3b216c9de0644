using Crescent.Grains.Resources.Storage;

namespace Crescent.Grains.Resources;

/// <summary>Creates or migrates the schema before anything else of the silo starts.</summary>
internal sealed class ResourceSchemaStartup(IResourceStore store) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe<ResourceSchemaStartup>(ServiceLifecycleStage.First, store.EnsureSchemaAsync);
}
