using System.Collections.Concurrent;
using Crescent.Definitions;
using Crescent.Grains.Resources.Storage;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Resources;

/// <summary>Makes snapshots from stored bodies; knows which fields of a type are selectable.</summary>
internal sealed class SnapshotFactory(ResourceCatalog catalog)
{
    private readonly ConcurrentDictionary<ResourceType, FieldPaths> _paths = new();

    public FieldPaths PathsOf(ResourceType type) => _paths.GetOrAdd(type, Find);

    public ResourceSnapshot FromRow(StoredObject row) =>
        RoutingFields.Read(row.Body, PathsOf(row.Key.Type)).ToSnapshot(row.Key, row.Version, row.Body);

    private FieldPaths Find(ResourceType type)
    {
        var paths = catalog.TryGet(type, out var definition) ? definition.SelectableFields : [];

        // The caches' index of pods by node depends on it, whatever the definition says.
        return FieldPaths.Of(type == KnownTypes.Pods ? [ResourceView.NodeField, .. paths] : paths);
    }
}
