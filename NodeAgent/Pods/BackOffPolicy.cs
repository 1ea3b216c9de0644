namespace Crescent.NodeAgent.Pods;

/// <summary>Waits between restarts: none before the first, then doubling.</summary>
internal readonly record struct BackOffPolicy(int FirstSeconds, int LongestSeconds)
{
    public static BackOffPolicy Default { get; } = new(10, 300);

    public static BackOffPolicy From(PodOptions options) =>
        new((int)options.FirstBackOff.TotalSeconds, (int)options.LongestBackOff.TotalSeconds);

    /// <summary>The wait after <paramref name="seconds"/>.</summary>
    public int After(int seconds) => seconds <= 0 ? FirstSeconds : Math.Min(seconds * 2, LongestSeconds);

    /// <summary>A run so long is no crash.</summary>
    public TimeSpan ForgivenAfter => TimeSpan.FromSeconds(2 * LongestSeconds);
}
