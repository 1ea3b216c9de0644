using System.Collections.Concurrent;
using Crescent.Identity;
using Crescent.Nodes;
using k8s.Models;

namespace Crescent.NodeAgent.Assignments;

/// <summary>The newest page of this node's work. Written by <see cref="AssignmentReader"/> alone, read by everybody.</summary>
internal sealed class AssignmentState : INodeObjects
{
    private readonly ConcurrentDictionary<string, PodAssignment> _pods = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<ResourceKey, V1ConfigMap> _configMaps = new();
    private readonly ConcurrentDictionary<ResourceKey, V1Secret> _secrets = new();
    private readonly ConcurrentDictionary<ResourceKey, V1PersistentVolumeClaim> _claims = new();
    private readonly ConcurrentDictionary<ResourceKey, V1PersistentVolume> _volumes = new();
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A pod came, changed or went; the argument is its uid.</summary>
    public event Action<string>? PodChanged;

    /// <summary>ConfigMaps or Secrets of a namespace changed.</summary>
    public event Action<string>? ObjectsChanged;

    /// <summary>True after the first full page: only then does absence mean anything.</summary>
    public bool IsLoaded => _loaded.Task.IsCompleted;

    public IEnumerable<PodAssignment> Pods => _pods.Values;

    public Task WaitForLoadAsync(CancellationToken cancellationToken = default) => _loaded.Task.WaitAsync(cancellationToken);

    public PodAssignment? Find(string podUid) => _pods.GetValueOrDefault(podUid);

    public PodAssignment? Find(string podNamespace, string name) =>
        _pods.Values.FirstOrDefault(pod => pod.Key.Namespace == podNamespace && pod.Key.Name == name);

    public V1ConfigMap? FindConfigMap(string podNamespace, string name) =>
        name.Length == 0 ? null : _configMaps.GetValueOrDefault(new ResourceKey(KnownTypes.ConfigMaps, podNamespace, name));

    public V1Secret? FindSecret(string podNamespace, string name) =>
        name.Length == 0 ? null : _secrets.GetValueOrDefault(new ResourceKey(KnownTypes.Secrets, podNamespace, name));

    public V1PersistentVolumeClaim? FindClaim(string podNamespace, string name) =>
        name.Length == 0 ? null : _claims.GetValueOrDefault(new ResourceKey(KnownTypes.PersistentVolumeClaims, podNamespace, name));

    public V1PersistentVolume? FindVolume(V1PersistentVolumeClaim claim) =>
        claim.Spec.VolumeName is { Length: > 0 } name && _volumes.GetValueOrDefault(new ResourceKey(KnownTypes.PersistentVolumes, "", name)) is { } volume
        && volume.Spec.ClaimRef?.Uid == claim.Metadata.Uid
            ? volume
            : null;

    public void Apply(FeedPage page)
    {
        var changedPods = new HashSet<string>(StringComparer.Ordinal);
        var changedNamespaces = new HashSet<string>(StringComparer.Ordinal);
        if (page.IsFull)
        {
            var kept = page.Changed.Select(static item => item.Key).ToHashSet();
            foreach (var pod in _pods.Values.Where(pod => !kept.Contains(pod.Key)))
            {
                Remove(pod.Key);
            }

            foreach (var key in _configMaps.Keys.Concat(_secrets.Keys).Concat(_claims.Keys).Concat(_volumes.Keys).Where(key => !kept.Contains(key)))
            {
                Remove(key);
            }
        }

        foreach (var key in page.Removed)
        {
            Remove(key);
        }

        foreach (var item in page.Changed)
        {
            if (item.Key.Type == KnownTypes.Pods)
            {
                // A pod of the same name and another uid takes the place of one whose removal was not seen.
                foreach (var other in _pods.Values.Where(pod => pod.Key == item.Key && pod.Uid != item.Uid))
                {
                    Remove(other.Key);
                }

                _pods[item.Uid] = PodAssignment.Read(item);
                changedPods.Add(item.Uid);
            }
            else if (item.Key.Type == KnownTypes.ConfigMaps)
            {
                _configMaps[item.Key] = PodAssignment.ReadBody<V1ConfigMap>(item);
                changedNamespaces.Add(item.Key.Namespace);
            }
            else if (item.Key.Type == KnownTypes.Secrets)
            {
                _secrets[item.Key] = PodAssignment.ReadBody<V1Secret>(item);
                changedNamespaces.Add(item.Key.Namespace);
            }
            else if (item.Key.Type == KnownTypes.PersistentVolumeClaims)
            {
                _claims[item.Key] = PodAssignment.ReadBody<V1PersistentVolumeClaim>(item);
                changedNamespaces.Add(item.Key.Namespace);
            }
            else if (item.Key.Type == KnownTypes.PersistentVolumes)
            {
                var volume = PodAssignment.ReadBody<V1PersistentVolume>(item);
                _volumes[item.Key] = volume;
                changedNamespaces.Add(volume.Spec.ClaimRef?.NamespaceProperty ?? "");
            }
        }

        if (page.IsFull)
        {
            _loaded.TrySetResult();
        }

        foreach (var podNamespace in changedNamespaces)
        {
            ObjectsChanged?.Invoke(podNamespace);
        }

        // What goes makes room for what comes, and who was made first comes first.
        foreach (var uid in changedPods.OrderBy(uid => Find(uid)?.Pod.Metadata.CreationTimestamp))
        {
            PodChanged?.Invoke(uid);
        }

        void Remove(ResourceKey key)
        {
            if (key.Type == KnownTypes.Pods)
            {
                foreach (var pod in _pods.Values.Where(pod => pod.Key == key))
                {
                    _pods.TryRemove(pod.Uid, out _);
                    changedPods.Add(pod.Uid);
                }
            }
            else if (_configMaps.TryRemove(key, out _) || _secrets.TryRemove(key, out _) || _claims.TryRemove(key, out _) || _volumes.TryRemove(key, out _))
            {
                changedNamespaces.Add(key.Namespace);
            }
        }
    }
}
