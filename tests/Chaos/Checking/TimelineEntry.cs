using Crescent.Chaos.History;

namespace Crescent.Chaos.Checking;

/// <summary>A committed version of an object; for a deletion with the last state.</summary>
internal readonly record struct TimelineEntry(ObjectState State, bool IsDeletion)
{
    public long Version => State.Version;
}
