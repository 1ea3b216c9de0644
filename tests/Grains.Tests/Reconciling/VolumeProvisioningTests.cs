using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Xunit;

namespace Crescent.Grains.Tests.Reconciling;

public sealed class VolumeProvisioningTests(ControlPlane plane) : IClassFixture<ControlPlane>
{
    [Fact]
    public async Task Claim_OfTheDefaultClass_GetsADirectoryOfItsPodsNodeAndGivesItBack()
    {
        await plane.WaitAsync(KnownTypes.StorageClasses, view => view.TryGet("", "local", out _));
        var ns = await plane.CreateNamespaceAsync();
        var node = new ResourceKey(KnownTypes.Nodes, "", "shelf");
        await plane.CreateAsync(KnownTypes.Nodes, "", """
            {"metadata":{"name":"shelf","labels":{"kubernetes.io/hostname":"shelf"}},"status":{"conditions":[{"type":"Ready","status":"True"}]}}
            """);
        var claim = await plane.CreateAsync(KnownTypes.PersistentVolumeClaims, ns, """
            {"metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}
            """);
        Assert.Equal("local", claim.View().At("spec", "storageClassName").Text());
        var pod = await plane.CreateAsync(KnownTypes.Pods, ns, """
            {"metadata":{"name":"p"},"spec":{"nodeName":"shelf","terminationGracePeriodSeconds":0,"containers":[{"name":"c","image":"x:1"}],
             "volumes":[{"name":"d","persistentVolumeClaim":{"claimName":"data"}}]}}
            """);
        await plane.WaitAsync(claim.Key.Type, view => view.TryGet(ns, "data", out var item) && item.View().At("status", "phase").Text() == "Bound");
        var volume = new ResourceKey(KnownTypes.PersistentVolumes, "", $"pvc-{claim.Uid}");
        await plane.WaitAsync(volume.Type, view => view.TryGet("", volume.Name, out var item) && item.View().At("status", "phase").Text() == "Bound"
            && item.View().At("spec", "hostPath", "path").Text() == $"/var/lib/crescent/volumes/{volume.Name}");

        await plane.DeleteAsync(claim.Key);
        var kept = await plane.WaitAsync(claim.Key.Type, view => view.TryGet(ns, "data", out var item) && item.DeletionTimestamp is not null);
        Assert.True(kept.TryGet(ns, "data", out _));
        await plane.DeleteAsync(pod.Key);
        await plane.WaitGoneAsync(claim.Key);
        await plane.WaitAsync(volume.Type, view => view.TryGet("", volume.Name, out var item) && item.DeletionTimestamp is not null
            && item.View().At("metadata", "finalizers").Items().Count() == 1);
        // What is retained does not wait for its node to remove it.
        await plane.PatchAsync(volume, """{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}""");
        await plane.WaitGoneAsync(volume);
        await plane.DeleteAsync(node);
    }
}
