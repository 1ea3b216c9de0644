namespace Crescent.Chaos.Faults;

/// <summary>Processes that die or stop for a while.</summary>
internal static class SiloFaults
{
    /// <summary>Where <c>CRESCENT_CRASH_POINT</c> lets a silo die.</summary>
    public static readonly string[] CrashPoints =
        ["reserve", "commit", "committed", "published", "sequencer-start", "sequencer-reserved", "sequencer-published", "settle"];

    public static readonly Fault[] All =
    [
        new("kill-silo", "kill -9 of one silo", _ => true, KillOneAsync),
        new("kill-all", "kill -9 of all silos", _ => true, KillAllAsync),
        new("pause-silo", "SIGSTOP of one silo for less than the membership timeout", _ => true, context => SuspendAsync(context, 0.3, 2.5)),
        new("zombie", "SIGSTOP of one silo for longer than the membership timeout", cluster => cluster.Silos.Count > 1, context => SuspendAsync(context, 8, 14)),
        new("crash-point", "one silo dies at a named point of a write", _ => true, CrashAsync),
    ];

    private static async Task<int[]?> KillOneAsync(FaultContext context)
    {
        var silo = context.AnySilo();
        await context.Cluster.Silos[silo].KillAsync(context.CancellationToken);
        await context.WaitAsync(0, 12);
        return [silo];
    }

    private static async Task<int[]?> KillAllAsync(FaultContext context)
    {
        foreach (var silo in context.Cluster.Silos)
        {
            await silo.KillAsync(context.CancellationToken);
        }

        await context.WaitAsync(0, 3);
        return null;
    }

    private static async Task<int[]?> SuspendAsync(FaultContext context, double least, double most)
    {
        var silo = context.AnySilo();
        context.Cluster.Silos[silo].Suspend();
        try
        {
            await context.WaitAsync(least, most);
        }
        finally
        {
            context.Cluster.Silos[silo].Resume();
        }

        return [silo];
    }

    /// <summary>Not every silo comes by every point: then it goes on, and is restarted without the point in the next fault that hits it.</summary>
    private static async Task<int[]?> CrashAsync(FaultContext context)
    {
        var silo = context.AnySilo();
        var process = context.Cluster.Silos[silo];
        await process.KillAsync(context.CancellationToken);
        var point = CrashPoints[context.Random.Next(CrashPoints.Length)];
        process.Start($"{point}:{(point.EndsWith("start", StringComparison.Ordinal) || point == "settle" ? 1 : context.Random.Next(1, 60))}");
        await Task.WhenAny(process.WaitForExitAsync(context.CancellationToken), context.WaitAsync(8, 12));
        context.CancellationToken.ThrowIfCancellationRequested();
        await process.KillAsync(context.CancellationToken);
        return [silo];
    }
}
