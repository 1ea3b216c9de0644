using System.Collections.Immutable;

namespace Crescent.Grains.Workloads.Revisions;

/// <summary>The history of a workload as it should be.</summary>
/// <param name="Update">The revision of the present template.</param>
/// <param name="Renumber">Its new number, when it is an old template that came back.</param>
/// <param name="Delete">Revisions beyond the history limit, oldest first.</param>
internal sealed record RevisionPlan(Revision Update, long? Renumber, ImmutableArray<Revision> Delete)
{
    public bool IsNew => Update.Snapshot is null;
}
