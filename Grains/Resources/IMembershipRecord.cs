namespace Crescent.Grains.Resources;

/// <summary>What the cluster has put down about this silo.</summary>
internal interface IMembershipRecord
{
    /// <summary>
    /// False: the others have declared this silo dead, and run its grains. Throws whatever the membership table throws when it cannot be
    /// read.
    /// </summary>
    Task<bool> IsMemberAsync(CancellationToken cancellationToken);
}
