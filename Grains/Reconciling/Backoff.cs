namespace Crescent.Grains.Reconciling;

/// <summary>Exponential back-off with full upper-half jitter.</summary>
internal static class Backoff
{
    /// <param name="failures">Failures in a row, at least 1.</param>
    /// <param name="dice">Uniform in [0, 1).</param>
    public static TimeSpan For(int failures, TimeSpan min, TimeSpan max, double dice)
    {
        var full = min * Math.Pow(2, Math.Min(failures - 1, 30));
        return (full < max ? full : max) * (0.5 + (dice / 2));
    }
}
