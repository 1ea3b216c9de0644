using Crescent.Grains.Mutation;
using Crescent.Grains.Resources.Storage;
using Crescent.Watching;
using Microsoft.Extensions.Logging;

namespace Crescent.Grains.Resources;

/// <summary>What all objects of a silo use.</summary>
internal sealed class ResourceObjectServices(
    IResourceStore store,
    ResourceWriter writer,
    IMutationPipeline pipeline,
    SnapshotFactory snapshots,
    KnownFrontiers frontiers,
    ReadLease lease,
    ResourceCaches caches,
    TimeProvider time,
    ILogger<ResourceObject> logger)
{
    public IResourceStore Store => store;

    public ResourceWriter Writer => writer;

    public IMutationPipeline Pipeline => pipeline;

    public SnapshotFactory Snapshots => snapshots;

    public KnownFrontiers Frontiers => frontiers;

    public ReadLease Lease => lease;

    public ResourceCaches Caches => caches;

    public TimeProvider Time => time;

    public ILogger Logger => logger;
}
