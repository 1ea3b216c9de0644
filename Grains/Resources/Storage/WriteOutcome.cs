namespace Crescent.Grains.Resources.Storage;

/// <summary>What became of one row write of a committed transaction.</summary>
internal enum WriteOutcome
{
    Committed = 0,

    /// <summary>The row is not at the expected version: somebody else wrote it.</summary>
    Conflict = 1,

    /// <summary>The epoch is over; nothing of this type was written.</summary>
    Fenced = 2,
}
