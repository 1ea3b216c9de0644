using System.Collections.Immutable;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Scheduling.Framework;
using Crescent.Identity;
using Crescent.Scheduling;
using Crescent.Watching;

namespace Crescent.Grains.Scheduling.Plugins;

/// <summary>
/// A pod goes where its volumes are: to nodes that match the affinity of the volumes its claims are bound to. A claim whose volume is still
/// to be made for another pod, on the node where that one was put, binds this one to the same node.
/// </summary>
internal sealed class VolumeBindingPlugin(IResourceCaches caches) : IClusterFilterPlugin
{
    private readonly Rejection _conflict = new("VolumeBinding", "node(s) had volume node affinity conflict");

    public string Name => "VolumeBinding";

    public Func<NodeInfo, Rejection?>? Prepare(PodInfo pod, ClusterState cluster)
    {
        if (pod.Claims.IsEmpty)
        {
            return null;
        }

        var claims = caches.Get(KnownTypes.PersistentVolumeClaims).Current;
        var volumes = caches.Get(KnownTypes.PersistentVolumes).Current;
        var places = new List<ImmutableArray<NodeSelectorTerm>>();
        var shared = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in pod.Claims)
        {
            if (!claims.TryGet(pod.Key.Namespace, name, out var claim) || claim.View().At("spec", "volumeName").Text() is not { Length: > 0 } bound)
            {
                shared.Add(name);
            }
            else if (volumes.TryGet("", bound, out var volume) && volume.View().At("spec", "nodeAffinity", "required") is var required && required.Exists())
            {
                places.Add([.. required.At("nodeSelectorTerms").Items().Select(NodeSelectorReader.Term)]);
            }
        }

        var host = shared.Count == 0 ? null : cluster.Nodes.FirstOrDefault(node => node.Pods.Any(other =>
            other.Key.Namespace == pod.Key.Namespace && other.Uid != pod.Uid && other.Claims.Any(shared.Contains)));
        return places.Count == 0 && host is null
            ? null
            : node => (host is null || node.Name == host.Name) && places.TrueForAll(terms => terms.Any(term => term.Matches(node.Facts!.Labels, node.Name))) ? null : _conflict;
    }

    public bool MayHelp(PodInfo pod, ClusterChange change) => true;
}
