namespace Crescent.Chaos.Tests.Properties;

/// <summary>What happens to one transaction.</summary>
internal enum Trouble
{
    None = 0,

    /// <summary>It never happens, and its caller is not told.</summary>
    LostBefore = 1,

    /// <summary>It happens, and its caller is not told.</summary>
    LostAfter = 2,

    /// <summary>The type's sequencer moves while it is under way.</summary>
    Moved = 3,
}
