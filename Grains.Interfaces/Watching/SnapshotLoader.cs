using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Watching;

/// <summary>
/// Reads the whole state of a type as of one version: pages rows (each as new as the moment it was read), then replays events from the
/// frontier at the start until everything that was committed by the end of reading is covered: the rows read, and the deletions of those
/// that were not there any more.
/// </summary>
internal sealed class SnapshotLoader(IResourceTypeGrain sequencer, IResourceReaderGrain reader, ResourceCacheOptions options)
{
    public async Task<LoadedState> LoadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var position = await sequencer.GetFrontierAsync(cancellationToken);
            var objects = new Dictionary<ObjectName, ResourceSnapshot?>();
            var newest = await ReadRowsAsync(objects, cancellationToken);
            while (position < newest)
            {
                var page = await sequencer.ReadAsync(position, options.PollWait, cancellationToken);
                if (page.IsExpired)
                {
                    break;
                }

                Replay(page, objects);
                position = page.Through;
            }

            if (position >= newest)
            {
                return new(objects, position);
            }
        }
    }

    private async Task<ResourceVersion> ReadRowsAsync(
        Dictionary<ObjectName, ResourceSnapshot?> objects, CancellationToken cancellationToken)
    {
        ResourceKey? after = null;
        while (true)
        {
            var page = await reader.ReadPageAsync(after, options.PageSize, cancellationToken);
            foreach (var item in page.Items)
            {
                objects[ObjectName.Of(item)] = item;
                after = item.Key;
            }

            if (page.IsLast)
            {
                return page.Newest;
            }
        }
    }

    private static void Replay(EventPage page, Dictionary<ObjectName, ResourceSnapshot?> objects)
    {
        foreach (var change in page.Events)
        {
            var name = ObjectName.Of(change.Snapshot);
            if (objects.TryGetValue(name, out var known) && known is not null && known.Version >= change.Version)
            {
                continue;
            }

            objects[name] = change.Kind == ResourceEventKind.Deleted ? null : change.Snapshot;
        }
    }

    /// <param name="Objects">Per name the object; null where it was seen going.</param>
    internal readonly record struct LoadedState(Dictionary<ObjectName, ResourceSnapshot?> Objects, ResourceVersion Version);
}
