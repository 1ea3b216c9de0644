using System.Collections.Immutable;
using Crescent.Grains.Resources;
using Crescent.Grains.Resources.Storage;
using Crescent.Identity;
using Crescent.Watching;
using Orleans.Concurrency;

namespace Crescent.Grains.Watching;

[GrainType("resource-reader"), StatelessWorker]
internal sealed class ResourceReaderGrain(IResourceStore store, SnapshotFactory snapshots) : Grain, IResourceReaderGrain
{
    public async Task<SnapshotPage> ReadPageAsync(ResourceKey? after, int limit, CancellationToken cancellationToken = default)
    {
        var type = ResourceType.Parse(this.GetPrimaryKeyString());
        var rows = await store.ReadPageAsync(type, after, limit, cancellationToken);
        var isLast = rows.Count < limit;
        var newest = isLast ? await store.ReadNewestChangesAsync(type, ResourceVersion.None, 1, cancellationToken) : [];
        return new()
        {
            Items = [.. rows.Select(snapshots.FromRow)],
            IsLast = isLast,
            Newest = newest.Count > 0 ? newest[0].Object.Version : ResourceVersion.None,
        };
    }
}
