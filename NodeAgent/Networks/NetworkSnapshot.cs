using System.Collections.Immutable;
using Crescent.Identity;
using Crescent.Nodes;

namespace Crescent.NodeAgent.Networks;

/// <summary>Services, endpoints and nodes of the cluster as this node knows them. Deeply immutable.</summary>
public sealed class NetworkSnapshot
{
    private ImmutableDictionary<ResourceKey, EndpointSliceView> _slices = ImmutableDictionary<ResourceKey, EndpointSliceView>.Empty;

    /// <summary>Nothing is known yet.</summary>
    public static NetworkSnapshot Empty { get; } = new();

    /// <summary>False until the first full page: nothing may be removed on the word of such a snapshot.</summary>
    public bool IsLoaded { get; private init; }

    public ImmutableDictionary<ServiceId, ServiceView> Services { get; private init; } = ImmutableDictionary<ServiceId, ServiceView>.Empty;

    /// <summary>Slices of each service in order of their names. May name services that do not exist (yet).</summary>
    public ImmutableDictionary<ServiceId, ImmutableArray<EndpointSliceView>> Slices { get; private init; } =
        ImmutableDictionary<ServiceId, ImmutableArray<EndpointSliceView>>.Empty;

    public ImmutableDictionary<string, NodeView> Nodes { get; private init; } =
        ImmutableDictionary.Create<string, NodeView>(StringComparer.Ordinal);

    /// <summary>Slices of one service, empty when it has none.</summary>
    public ImmutableArray<EndpointSliceView> SlicesOf(ServiceId service) => Slices.GetValueOrDefault(service, []);

    /// <summary>The state after a page of the network feed. An object that cannot be read counts as absent.</summary>
    public NetworkSnapshot Apply(FeedPage page, string ownNode = "")
    {
        var start = page.IsFull ? Empty : this;
        if (!page.IsFull && page.Changed.IsEmpty && page.Removed.IsEmpty)
        {
            return this;
        }

        var services = start.Services.ToBuilder();
        var slices = start._slices.ToBuilder();
        var nodes = start.Nodes.ToBuilder();
        var touched = new HashSet<ServiceId>();
        foreach (var key in page.Removed)
        {
            Remove(key);
        }

        foreach (var changed in page.Changed)
        {
            var key = changed.Key;
            Remove(key);
            if (key.Type == KnownTypes.Services && NetworkObjects.ReadService(changed.Body) is { } service)
            {
                services[service.Id] = service;
            }
            else if (key.Type == KnownTypes.EndpointSlices && NetworkObjects.ReadSlice(changed.Body) is { } slice)
            {
                slices[key] = slice;
                touched.Add(slice.Service);
            }
            else if (key.Type == KnownTypes.Nodes && NetworkObjects.ReadNode(changed.Body) is { } node)
            {
                nodes[node.Name] = node.Name == ownNode ? node : node with { Labels = node.Labels.Clear() };
            }
        }

        return new NetworkSnapshot
        {
            IsLoaded = IsLoaded || page.IsFull,
            Services = services.ToImmutable(),
            _slices = slices.ToImmutable(),
            Slices = Regroup(start.Slices, slices, touched),
            Nodes = nodes.ToImmutable(),
        };

        void Remove(ResourceKey key)
        {
            if (key.Type == KnownTypes.Services)
            {
                services.Remove(new ServiceId(key.Namespace, key.Name));
            }
            else if (key.Type == KnownTypes.Nodes)
            {
                nodes.Remove(key.Name);
            }
            else if (slices.Remove(key, out var slice))
            {
                touched.Add(slice.Service);
            }
        }
    }

    private static ImmutableDictionary<ServiceId, ImmutableArray<EndpointSliceView>> Regroup(
        ImmutableDictionary<ServiceId, ImmutableArray<EndpointSliceView>> groups,
        IEnumerable<KeyValuePair<ResourceKey, EndpointSliceView>> slices,
        HashSet<ServiceId> touched)
    {
        if (touched.Count == 0)
        {
            return groups;
        }

        var result = groups.ToBuilder();
        result.RemoveRange(touched);
        var regrouped = slices
            .Where(pair => touched.Contains(pair.Value.Service))
            .GroupBy(pair => pair.Value.Service, pair => pair.Value);
        foreach (var group in regrouped)
        {
            result[group.Key] = [.. group.OrderBy(slice => slice.Name, StringComparer.Ordinal)];
        }

        return result.ToImmutable();
    }
}
