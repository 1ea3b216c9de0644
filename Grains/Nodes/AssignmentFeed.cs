using System.Collections.Immutable;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Nodes;

/// <summary>One node's feed of work: its pods and, counted, what they name. Changed only under the lock of <see cref="NodeFeeds"/>.</summary>
internal sealed class AssignmentFeed(string nodeName)
{
    private readonly Dictionary<ResourceKey, (string Uid, ImmutableArray<ResourceKey> References)> _pods = [];
    private readonly Dictionary<ResourceKey, int> _uses = [];

    public string NodeName { get; } = nodeName;

    public ObjectFeed Objects { get; } = new();

    public IReadOnlyCollection<ResourceKey> Pods => _pods.Keys;

    /// <summary>References of a pod that is in the feed already; a spec names the same objects for life.</summary>
    public bool TryGetReferences(ResourceSnapshot pod, out ImmutableArray<ResourceKey> references)
    {
        var isKnown = _pods.TryGetValue(pod.Key, out var entry) && entry.Uid == pod.Uid;
        references = isKnown ? entry.References : [];
        return isKnown;
    }

    /// <summary>Adds or renews a pod; returns the references that are new to this node.</summary>
    public IReadOnlyCollection<ResourceKey> SetPod(ResourceSnapshot pod, ImmutableArray<ResourceKey> references)
    {
        if (_pods.TryGetValue(pod.Key, out var known) && known.Uid == pod.Uid)
        {
            return [];
        }

        var added = references.Where(key => !_uses.ContainsKey(key)).ToArray();
        foreach (var key in references)
        {
            _uses[key] = _uses.GetValueOrDefault(key) + 1;
        }

        if (known.Uid is not null)
        {
            Release(known.References);
        }

        _pods[pod.Key] = (pod.Uid, references);
        return added;
    }

    /// <summary>Takes a pod off; returns the references nobody on this node uses any more.</summary>
    public IReadOnlyCollection<ResourceKey> RemovePod(ResourceKey pod) =>
        _pods.Remove(pod, out var known) ? Release(known.References) : [];

    private List<ResourceKey> Release(ImmutableArray<ResourceKey> references)
    {
        var unused = new List<ResourceKey>();
        foreach (var key in references)
        {
            if (--_uses[key] == 0)
            {
                _uses.Remove(key);
                unused.Add(key);
            }
        }

        return unused;
    }
}
