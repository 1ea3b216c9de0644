namespace Crescent.Chaos.Tests.Properties;

/// <summary>A call of the store; stale ones name an epoch that is not the current one.</summary>
public enum StepKind
{
    Raise = 0,
    RaiseStale = 1,
    Extend = 2,
    ExtendStale = 3,
    Commit = 4,
}
