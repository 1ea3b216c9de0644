using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Resources.Storage;

/// <summary>One conditional write of one row.</summary>
/// <param name="Epoch">Epoch under which the snapshot's version was reserved.</param>
/// <param name="Expected">Version the row must have; <see cref="ResourceVersion.None"/>: there must be no row.</param>
/// <param name="Snapshot">New state, or for a deletion the last state at the version of the deletion.</param>
/// <param name="IsDeletion">Remove the row and remember the deletion.</param>
internal readonly record struct RowWrite(long Epoch, ResourceVersion Expected, ResourceSnapshot Snapshot, bool IsDeletion)
{
    public ResourceKey Key => Snapshot.Key;

    public bool IsCreation => !IsDeletion && Expected == ResourceVersion.None;
}
