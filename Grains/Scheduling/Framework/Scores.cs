namespace Crescent.Grains.Scheduling.Framework;

/// <summary>Ways of bringing raw scores to 0–100.</summary>
internal static class Scores
{
    public const long Max = 100;

    /// <summary>Relative to the largest; all zero stays zero, or full when less is better.</summary>
    public static void RelativeToMax(Span<long> scores, bool isLessBetter)
    {
        long max = 0;
        foreach (var score in scores)
        {
            max = Math.Max(max, score);
        }

        foreach (ref var score in scores)
        {
            var relative = max == 0 ? 0 : score * Max / max;
            score = isLessBetter ? Max - relative : relative;
        }
    }

    /// <summary>Spreads what lies between the smallest and the largest over 0–100; all equal becomes zero.</summary>
    public static void BetweenMinAndMax(Span<long> scores)
    {
        var (min, max) = (long.MaxValue, long.MinValue);
        foreach (var score in scores)
        {
            (min, max) = (Math.Min(min, score), Math.Max(max, score));
        }

        foreach (ref var score in scores)
        {
            score = max == min ? 0 : (score - min) * Max / (max - min);
        }
    }
}
