using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Watching;

/// <summary>
/// The changes that lead from one state to a later one when the events between are not known any more. Pure.
/// A deletion's own version is lost; it took one of the versions between the two states that no live object carries, so it is given one of
/// those, below the version of the object that replaced it. So versions stay unique and in order for whoever resumes in the middle.
/// </summary>
internal static class ViewDiff
{
    public static ResourceChange[] Compute(
        IResourceView before, IReadOnlyDictionary<ObjectName, ResourceSnapshot?> after, ResourceVersion target)
    {
        var changes = new List<ResourceChange>();
        var taken = new HashSet<long>();
        var gone = new List<(ResourceSnapshot Last, long Limit)>();
        foreach (var (name, current) in after)
        {
            if (current is null)
            {
                continue;
            }

            taken.Add(current.Version.Value);
            if (!before.TryGet(name.Namespace, name.Name, out var previous))
            {
                changes.Add(new(ResourceEventKind.Added, current, null));
            }
            else if (!string.Equals(previous.Uid, current.Uid, StringComparison.Ordinal))
            {
                gone.Add((previous, current.Version.Value - 1));
                changes.Add(new(ResourceEventKind.Added, current, null));
            }
            else if (previous.Version != current.Version)
            {
                changes.Add(new(ResourceEventKind.Modified, current, previous));
            }
        }

        foreach (var previous in before.Enumerate())
        {
            if (!after.TryGetValue(ObjectName.Of(previous), out var current) || current is null)
            {
                gone.Add((previous, target.Value));
            }
        }

        AddDeletions(gone, taken, before.Version.Value, target.Value, changes);
        changes.Sort(static (left, right) => left.Version.CompareTo(right.Version));
        return [.. changes];
    }

    /// <summary>Goes down through the free versions; a deletion may take any free one at or below its limit.</summary>
    private static void AddDeletions(
        List<(ResourceSnapshot Last, long Limit)> gone, HashSet<long> taken, long floor, long target, List<ResourceChange> changes)
    {
        gone.Sort(static (left, right) => right.Limit.CompareTo(left.Limit));
        var slot = target;
        foreach (var (last, limit) in gone)
        {
            slot = Math.Min(slot, limit);
            while (slot > floor && taken.Contains(slot))
            {
                slot--;
            }

            // Each deletion took a version of its own above the floor, so there is a free one; the floor guards against a foreign history.
            var version = new ResourceVersion(Math.Max(slot, floor + 1));
            changes.Add(new(ResourceEventKind.Deleted, AtVersion(last, version), last));
            slot--;
        }
    }

    /// <summary>The last state as it is shown at the version of its deletion.</summary>
    private static ResourceSnapshot AtVersion(ResourceSnapshot last, ResourceVersion version)
    {
        var fields = RoutingFields.Read(last.Body, FieldPaths.Empty);
        var body = fields.VersionStart < 0 ? last.Body : fields.PutVersion(last.Body, version);
        return new()
        {
            Key = last.Key, Uid = last.Uid, Version = version, Body = body, Labels = last.Labels, Fields = last.Fields,
            OwnerUids = last.OwnerUids, ControllerUid = last.ControllerUid, DeletionTimestamp = last.DeletionTimestamp,
        };
    }
}
