namespace Crescent.Chaos.History;

internal enum OperationOutcome
{
    Succeeded = 0,

    /// <summary>404: the object was not there.</summary>
    Absent = 1,

    /// <summary>409 AlreadyExists: the object was there.</summary>
    Present = 2,

    /// <summary>409 Conflict: the object was there at another version.</summary>
    Conflicting = 3,

    /// <summary>Refused before anything happened (429 and other 4xx).</summary>
    Refused = 4,

    /// <summary>Connection lost, timeout or 5xx: it may have happened, and may still happen.</summary>
    Unknown = 5,
}
