using System.Collections.Immutable;
using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Volumes;
using Crescent.Identity;
using Crescent.Nodes;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Nodes;

/// <summary>Provisioned volumes of one node that are to go: the finalizer holds each until the node has removed its directory.</summary>
internal sealed class ReleasedVolumes(string nodeName, IResourceCaches caches, IGrainFactory grains)
{
    public ImmutableArray<ReleasedVolume> Released()
    {
        var volumes = caches.Get(KnownTypes.PersistentVolumes).Current;
        return volumes.Count == 0
            ? []
            :
            [
                .. volumes.Enumerate().Where(IsMine).Select(static volume => new ReleasedVolume
                {
                    Name = volume.Key.Name, Path = volume.View().At("spec", "hostPath", "path").Text() ?? "",
                }),
            ];
    }

    public async Task ForgetAsync(ImmutableArray<string> names, CancellationToken cancellationToken)
    {
        foreach (var name in names)
        {
            var key = new ResourceKey(KnownTypes.PersistentVolumes, "", name);
            if (await grains.GetResourceGrain(key).GetAsync(cancellationToken) is { } volume && IsMine(volume))
            {
                await grains.GetResourceGrain(key).PatchAsync(
                    new()
                    {
                        Context = MutationContext.ForController("volume-provisioner"), Kind = PatchKind.Merge,
                        Body = JsonSerializer.SerializeToUtf8Bytes(Finalizers.Without(volume, VolumeProvisioner.Finalizer)),
                        Preconditions = new() { Uid = volume.Uid, Version = volume.Version },
                    },
                    cancellationToken);
            }
        }
    }

    private bool IsMine(ResourceSnapshot volume) => Finalizers.Has(volume, VolumeProvisioner.Finalizer)
        && VolumeProvisioner.NodeOf(volume) == nodeName && VolumeFacts.Of(volume).IsDeletedWhenReleased;
}
