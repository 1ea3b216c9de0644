using System.Text.Json;
using Crescent.Grains.Workloads.Deployments;

namespace Crescent.Grains.Workloads.Revisions;

/// <summary>Finds or makes the revision of a template and decides which old ones may go.</summary>
internal static class RevisionPlanner
{
    /// <param name="owner">Name of the workload.</param>
    /// <param name="template">Its present pod template.</param>
    /// <param name="history">Revisions there are.</param>
    /// <param name="collisionCount">Raised when a name was taken by another template.</param>
    /// <param name="limit">Unused revisions to keep.</param>
    /// <param name="isUsed">Whether pods or the status still speak of a revision.</param>
    public static RevisionPlan Plan(
        string owner, JsonElement template, IReadOnlyList<Revision> history, int collisionCount, int limit, Func<Revision, bool> isUsed)
    {
        var canonical = PodTemplateHash.Canonical(template);
        var last = history.Count == 0 ? 0 : history.Max(static revision => revision.Number);
        var known = history.Where(revision => revision.Canonical == canonical).MaxBy(static revision => revision.Number);
        var hash = PodTemplateHash.Of(canonical, collisionCount);
        var update = known ?? new Revision
        {
            Snapshot = null, Name = $"{owner}-{hash}", Number = last + 1, Template = template, Canonical = canonical, Hash = hash,
        };
        var unused = history.Where(revision => revision != known && !isUsed(revision)).OrderBy(static revision => revision.Number).ToList();
        return new(update, known is not null && known.Number < last ? last + 1 : null, [.. unused.Take(Math.Max(unused.Count - limit, 0))]);
    }
}
