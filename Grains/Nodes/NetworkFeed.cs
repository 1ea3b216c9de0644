using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Nodes;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Nodes;

/// <summary>What proxies, DNS servers and routes need, shared by all nodes of a silo.</summary>
internal sealed class NetworkFeed
{
    private readonly Lock _lock = new();
    private readonly HashSet<ResourceKey> _keys = [];

    public ObjectFeed Objects { get; } = new();

    public Task ResetAsync(ResourceType type, IResourceView view)
    {
        lock (_lock)
        {
            var gone = _keys.Where(key => key.Type == type).ToHashSet();
            foreach (var snapshot in view.Enumerate())
            {
                gone.Remove(snapshot.Key);
                Set_NeedsLock(snapshot);
            }

            foreach (var key in gone)
            {
                _keys.Remove(key);
                Objects.Remove(key, view.Version);
            }
        }

        return Task.CompletedTask;
    }

    public Task ApplyAsync(IReadOnlyList<ResourceChange> changes)
    {
        lock (_lock)
        {
            foreach (var change in changes)
            {
                if (change.Kind == ResourceEventKind.Deleted)
                {
                    _keys.Remove(change.Current.Key);
                    Objects.Remove(change.Current.Key, change.Version);
                }
                else
                {
                    Set_NeedsLock(change.Current);
                }
            }
        }

        return Task.CompletedTask;
    }

    private void Set_NeedsLock(ResourceSnapshot snapshot)
    {
        _keys.Add(snapshot.Key);
        if (snapshot.Key.Type != KnownTypes.Nodes || Objects.Find(snapshot.Key) is not { } known || IsNews(known, snapshot))
        {
            Objects.Set(snapshot);
        }
    }

    /// <summary>Most changes of Nodes are conditions and images: no news to the network, and there are as many readers as nodes.</summary>
    private static bool IsNews(ResourceSnapshot known, ResourceSnapshot current)
    {
        if (known.Uid != current.Uid || !known.Labels.SequenceEqual(current.Labels))
        {
            return true;
        }

        using var left = JsonDocument.Parse(known.Body);
        using var right = JsonDocument.Parse(current.Body);
        return !AreEqual("spec", "podCIDR") || !AreEqual("spec", "podCIDRs") || !AreEqual("status", "addresses");

        bool AreEqual(string first, string second)
        {
            var (one, other) = (left.RootElement.At(first, second), right.RootElement.At(first, second));
            return one.ValueKind == other.ValueKind && (!one.Exists() || JsonElement.DeepEquals(one, other));
        }
    }
}
