namespace Crescent.Resources;

/// <summary>What a mutation did.</summary>
[GenerateSerializer, Alias("resources.MutationOutcome")]
public enum MutationOutcome
{
    /// <summary>Refused: see <see cref="MutationResult.Error"/>; nothing was stored.</summary>
    Failed = 0,
    Created = 1,
    Updated = 2,

    /// <summary>The mutation changes nothing: nothing was written and the version stays.</summary>
    Unchanged = 3,

    /// <summary>deletionTimestamp is set; the object is still there.</summary>
    Deleting = 4,

    /// <summary>The object is gone; the snapshot is its last state.</summary>
    Deleted = 5,
}
