namespace Crescent.SiloHost.Joining;

/// <summary>How nodes become members.</summary>
internal sealed class JoinOptions
{
    /// <summary>Life of a call token. Ten minutes: long enough to ride out a restart of all silos, short enough to expire with a lost node.</summary>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromMinutes(10);
}
