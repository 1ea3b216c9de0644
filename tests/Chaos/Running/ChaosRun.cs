using Crescent.Chaos.Checking;
using Crescent.Chaos.Clusters;
using Crescent.Chaos.Faults;
using Crescent.Chaos.History;
using Crescent.Chaos.Workload;

namespace Crescent.Chaos.Running;

/// <summary>Rounds of work and faults, each followed by the check of its history.</summary>
internal sealed class ChaosRun(RunOptions options, TimeProvider time, Action<string> say)
{
    private static readonly TimeSpan Convalescence = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ProgressPeriod = TimeSpan.FromSeconds(5);

    private readonly Random _random = new(options.Seed);
    private readonly RunReport _report = new() { Seed = options.Seed };
    private readonly Dictionary<int, long> _hurtAt = [];
    private int _round;

    public async Task<RunReport> RunAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        say($"seed {options.Seed}; starting {(options.Cluster.IsPostgres ? options.Cluster.Silos : 1)} silo(s) under {options.Cluster.Home}");
        await using var cluster = await ChaosCluster.StartAsync(options.Cluster, time, cancellationToken);
        Fault[] possible = [.. options.Faults.Where(fault => fault.IsPossible(cluster))];
        var begun = time.GetTimestamp();
        try
        {
            while (time.GetElapsedTime(begun) < options.Duration && !cancellationToken.IsCancellationRequested)
            {
                var left = options.Duration - time.GetElapsedTime(begun);
                await RoundAsync(cluster, possible, left < options.Round ? left : options.Round, cancellationToken);
            }
        }
        catch (Exception exception)
        {
            // Before the cluster is taken away, which may fail as well.
            say($"round {_round} broke off: {exception}");
            throw;
        }

        _report.Elapsed = time.GetElapsedTime(started);
        return _report;
    }

    private async Task RoundAsync(ChaosCluster cluster, Fault[] possible, TimeSpan length, CancellationToken cancellationToken)
    {
        var space = $"chaos-{++_round}";
        await cluster.CreateNamespaceAsync(space, cancellationToken);
        var faults = new List<FaultRecord>();
        var run = new WorkloadRun(
            () => [.. cluster.Silos.Select(silo => new HttpObjectApi(cluster.Connections.Open(silo.Machine.Api), space, options.RequestTimeout))],
            options.Workload, time, _random.Next());
        var reader = new CachedReader(
            [.. cluster.Silos.Select(silo => new HttpObjectApi(cluster.Connections.Open(silo.Machine.Api), space, options.RequestTimeout))], time);
        var started = time.GetTimestamp();
        await using var progress = time.CreateTimer(
            _ => say($"round {_round}: {run.OperationCount} operations, {faults.Count} faults{(faults.Count > 0 ? $", last {faults[^1].Name}" : "")}, {run.Phase}"),
            null, ProgressPeriod, ProgressPeriod);
        var context = new FaultContext(cluster, new(_random.Next()), time, cancellationToken);
        await context.WaitAsync(0.5, 2);
        while (time.GetElapsedTime(started) < length && possible.Length > 0)
        {
            var fault = possible[context.Random.Next(possible.Length)];
            faults.Add(await InjectAsync(fault, context));
            await context.WaitAsync(0.2, 3);
        }

        var rest = length - time.GetElapsedTime(started);
        if (rest > TimeSpan.Zero)
        {
            await Task.Delay(rest, time, cancellationToken);
        }

        await cluster.EnsureReadyAsync(cancellationToken);
        var reads = await reader.FinishAsync();
        await CheckAsync(await run.FinishAsync(cluster.EnsureReadyAsync, cancellationToken), reads, run, faults, cancellationToken);
    }

    private async Task<FaultRecord> InjectAsync(Fault fault, FaultContext context)
    {
        var started = time.GetTimestamp();
        say($"round {_round}: {fault.Name}");
        var starts = context.Cluster.Silos.Select(silo => silo.Starts).ToArray();
        var hurt = await fault.RunAsync(context);
        await context.Cluster.EnsureReadyAsync(context.CancellationToken);
        TellBystanders(fault, context.Cluster, hurt, starts);
        _report.Faults[fault.Name] = _report.Faults.GetValueOrDefault(fault.Name) + 1;
        return new(fault.Name, hurt, started, time.GetTimestamp());
    }

    /// <summary>Who was voted out for nothing, and started again, was without service for that long; this alone says why.</summary>
    private void TellBystanders(Fault fault, ChaosCluster cluster, int[]? hurt, int[] starts)
    {
        for (var silo = 0; silo < starts.Length; silo++)
        {
            var isHurt = hurt?.Contains(silo) != false;
            var isEnded = cluster.Silos[silo].Starts > starts[silo];
            if (isHurt)
            {
                _hurtAt[silo] = time.GetTimestamp();
            }
            else if (isEnded && (!_hurtAt.TryGetValue(silo, out var at) || time.GetElapsedTime(at) > Convalescence))
            {
                _report.Bystanders++;
                say($"round {_round}: silo {silo + 1} ended during {fault.Name}, which did not hurt it");
            }
        }
    }

    private async Task CheckAsync(
        RunHistory history, IReadOnlyList<Operation> reads, WorkloadRun run, List<FaultRecord> faults, CancellationToken cancellationToken)
    {
        var checking = HistoryChecker.Check(history, new(AllowsCoalescing: faults.Count > 0));
        _report.Add(checking);
        _report.Relists += run.Relists;
        for (var number = 0; number < faults.Count; number++)
        {
            // Who was hurt just before may still be on its way back, or learn only now that it was declared dead.
            var before = faults.Take(number).Where(other => time.GetElapsedTime(other.Ended, faults[number].Started) < Convalescence).ToArray();
            if (before.Any(other => other.Servers is null) || faults[number].Servers is not { } hurt)
            {
                continue;
            }

            var fault = faults[number] with { Servers = [.. hurt, .. before.SelectMany(other => other.Servers!)] };
            _report.Outages.AddRange(OutageMeter.Measure(history.Operations, reads, fault, time));
        }

        say($"round {_round}: {checking.Operations} operations ({checking.UnknownOutcomes} unknown), {checking.WatchEvents} events, "
            + $"{checking.Coalesced} coalesced, {faults.Count} faults ({string.Join(' ', faults.Select(fault => fault.Name))}): {checking.Violations.Count} violations");
        if (checking.Violations.Count > 0)
        {
            var path = Path.Combine(options.Cluster.Output, $"history-{_round}.json");
            await HistoryFile.SaveAsync(history, path, cancellationToken);
            _report.Files.Add(path);
            foreach (var violation in checking.Violations.Take(5))
            {
                say($"  {violation}");
            }
        }
    }
}
