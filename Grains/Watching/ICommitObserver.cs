using Crescent.Watching;

namespace Crescent.Grains.Watching;

/// <summary>
/// Told on the committing silo, after the commit is published, about each change. Must be quick and must not throw; what it starts may be
/// lost with the silo, so it can only be a nudge. All registered observers are called.
/// </summary>
public interface ICommitObserver
{
    void OnCommitted(ResourceChange change);
}
