namespace Crescent.Grains.Workloads;

/// <summary>When ready pods become available through minReadySeconds.</summary>
internal static class Availability
{
    /// <summary>Time until the next one does; null when none waits.</summary>
    public static TimeSpan? Next(IEnumerable<PodFacts> pods, TimeSpan minReady, DateTimeOffset now)
    {
        TimeSpan? next = null;
        if (minReady > TimeSpan.Zero)
        {
            foreach (var pod in pods.Where(pod => pod.IsActive && pod.IsReady && !pod.IsAvailable(minReady, now)))
            {
                var wait = (pod.ReadySince ?? now) + minReady - now;
                next = next is null || wait < next ? wait : next;
            }
        }

        return next;
    }
}
