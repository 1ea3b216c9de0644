using System.Text.Json;
using Crescent.Identity;
using Crescent.Nodes;
using Xunit;

namespace Crescent.Grains.Tests.Nodes;

/// <summary>What a node is sent, and may read, because of a pod.</summary>
public sealed class PodReferencesTests
{
    [Theory]
    [InlineData("""{"ephemeralContainers":[{"name":"e","envFrom":[{"secretRef":{"name":"x"}}]}]}""", "secrets/x")]
    [InlineData("""{"ephemeralContainers":[{"name":"e","env":[{"name":"A","valueFrom":{"configMapKeyRef":{"name":"x","key":"k"}}}]}]}""", "configmaps/x")]
    [InlineData("""{"initContainers":[{"name":"i","env":[{"name":"A","valueFrom":{"secretKeyRef":{"name":"x","key":"k"}}}]}]}""", "secrets/x")]
    [InlineData("""{"volumes":[{"name":"v","csi":{"nodePublishSecretRef":{"name":"x"}}}]}""", "secrets/x")]
    [InlineData("""{"volumes":[{"name":"v","azureFile":{"secretName":"x"}}]}""", "secrets/x")]
    [InlineData("""{"volumes":[{"name":"v","iscsi":{"secretRef":{"name":"x"}}}]}""", "secrets/x")]
    [InlineData("""{"volumes":[{"name":"v","ephemeral":{"volumeClaimTemplate":{}}}]}""", "persistentvolumeclaims/p-v")]
    [InlineData("""{"volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"x"}}]}""", "persistentvolumeclaims/x")]
    [InlineData("""{"volumes":[{"name":"v","emptyDir":{}}]}""", null)]
    public void Of_Spec_AreTheObjectsItNames(string spec, string? expected) => Assert.Equal(
        expected, PodReferences.Of(new ResourceKey(KnownTypes.Pods, "default", "p"), JsonElement.Parse(spec)).Select(static key => $"{key.Type.Resource}/{key.Name}").SingleOrDefault());
}
