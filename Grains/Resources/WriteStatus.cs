namespace Crescent.Grains.Resources;

internal enum WriteStatus
{
    /// <summary>Durable, and visible to every consistent read.</summary>
    Committed = 0,

    /// <summary>The row has another version: read it again and decide again.</summary>
    Conflict = 1,

    /// <summary>Storage or sequencer did not answer; whether the write took effect is unknown.</summary>
    Unavailable = 2,
}
