using Crescent.Watching;

namespace Crescent.Grains.Resources;

/// <summary>What an object sees of the bucket it is in.</summary>
internal interface IResourceBucket
{
    /// <summary>
    /// The view shows every write of whoever had the bucket before. What this bucket writes itself it remembers until the view shows it, so
    /// an object that is not remembered is as the view shows it.
    /// </summary>
    bool Trusts(IResourceView view);

    /// <summary>Where the next caller is, the database may answer. Not before it is known what became of all own writes.</summary>
    void LeaveIfCertain();
}
